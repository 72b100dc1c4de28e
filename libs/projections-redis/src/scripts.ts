// The Redis scripts: each runs as one step that no other client sees half of.

import { createHash } from 'node:crypto';
import { Command, type Cluster, type Redis } from 'ioredis';

export class Script {
  private readonly sha: string;

  constructor(private readonly text: string) {
    this.sha = createHash('sha1').update(text).digest('hex');
  }

  /** All keys share a slot, so the first one says where it runs. */
  async run(redis: Redis | Cluster, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    try {
      return await send(redis, 'evalsha', [this.sha, ...rest]);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return send(redis, 'eval', [this.text, ...rest]);
    }
  }
}

/** Without spreading the arguments: there may be more of them than a call takes. */
function send(redis: Redis | Cluster, name: string, args: (string | number)[]): Promise<unknown> {
  return redis.sendCommand(new Command(name, args, { replyEncoding: 'utf8' })) as Promise<unknown>;
}

const META = `
local function meta()
  local m = redis.call('HMGET', KEYS[1], 'generation', 'sequence', 'id', 'place', 'at_us', 'version')
  for i = 1, 6 do m[i] = m[i] or '' end
  return m
end
`;

/** What stands in the store; all empty where nothing does. */
export const LOOK = new Script(`${META} return meta()`);

/** Tombstones that a group keeps: readers that are further behind get the whole group anew. */
const GONE_MAX = 10_000;

/** Milestones kept: the further back, the fewer. */
export const MILESTONES_MAX = 10_000;

// Operations: name, key, number of arguments, arguments.
const WRITES = `
local prefix, sequence = ARGV[1], ARGV[2]

local function call(command, key, from, count)
  for at = from, from + count - 1, 4000 do
    redis.call(command, key, unpack(ARGV, at, math.min(at + 3999, from + count - 1)))
  end
end

local operations = { HSET = call, HDEL = call, ZADD = call, ZREM = call }

function operations.UNLINK(command, key)
  redis.call('UNLINK', key)
end

-- Forgets all below a score.
function operations.TRIM(command, key, from)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. ARGV[from])
end

-- Rows with running numbers: rows that are there are replaced, new ones appended, those before the first dropped.
function operations.ROWS(command, key, from, count)
  local numbers, owner = prefix .. ARGV[from], ARGV[from + 1]
  local keepFrom, number = tonumber(ARGV[from + 2]), tonumber(ARGV[from + 3])
  local length = redis.call('LLEN', key)
  local next = length > 0 and tonumber(redis.call('HGET', numbers, owner)) or number
  if number > next then
    redis.call('DEL', key)
    length, next = 0, number
  end
  local first, last = next - length, from + count - 1
  for at = from + 4, last do
    if number >= next then
      call('RPUSH', key, at, last - at + 1)
      next = number + last - at + 1
      break
    end
    if number >= first then redis.call('LSET', key, number - first, ARGV[at]) end
    number = number + 1
  end
  redis.call('HSET', numbers, owner, next)
  if keepFrom > first then redis.call('LTRIM', key, keepFrom - first, -1) end
end

-- Documents that readers keep a copy of, and when each changed; an empty one is gone.
function operations.KEEP(command, key, from, count)
  local group = ARGV[from]
  local documents, changes = prefix .. ARGV[from + 1], prefix .. 'changes:' .. group
  local gone = prefix .. 'gone:' .. group
  for at = from + 2, from + count - 1, 2 do
    local field, document = ARGV[at], ARGV[at + 1]
    local member = ARGV[from + 1] .. '/' .. field
    redis.call('ZADD', changes, sequence, member)
    if document == '' then
      redis.call('HDEL', documents, field)
      redis.call('ZADD', gone, sequence, member)
    else
      redis.call('HSET', documents, field, document)
      redis.call('ZREM', gone, member)
    end
  end
  local surplus = redis.call('ZCARD', gone) - ${GONE_MAX}
  if surplus > 0 then
    local dropped = redis.call('ZPOPMIN', gone, surplus)
    for at = 1, #dropped, 2 do
      redis.call('ZREM', changes, dropped[at])
      redis.call('HSET', prefix .. 'groups', group .. ':floor', dropped[at + 1])
    end
  end
  redis.call('HSET', prefix .. 'groups', group, sequence)
end

-- Documents by sequence number that are found by a field too: the newest one of a field is.
function operations.INDEX(command, key, from, count)
  local index, fields = prefix .. ARGV[from], key .. ':fields'
  for at = from + 1, from + count - 1, 3 do
    redis.call('HSET', key, ARGV[at], ARGV[at + 2])
    redis.call('HSET', fields, ARGV[at], ARGV[at + 1])
    redis.call('HSET', index, ARGV[at + 1], ARGV[at])
  end
end

function operations.UNINDEX(command, key, from, count)
  local index, fields = prefix .. ARGV[from], key .. ':fields'
  for at = from + 1, from + count - 1 do
    local number = ARGV[at]
    local field = redis.call('HGET', fields, number)
    if field and redis.call('HGET', index, field) == number then redis.call('HDEL', index, field) end
    redis.call('HDEL', key, number)
    redis.call('HDEL', fields, number)
  end
end

-- Positions by sequence number; when there are many, every second one of all but the newest goes.
function operations.MILESTONES(command, key, from, count)
  call('ZADD', key, from, count)
  if redis.call('ZCARD', key) > ${MILESTONES_MAX} then
    local all = redis.call('ZRANGE', key, 0, -2)
    for at = 2, #all, 2 do redis.call('ZREM', key, all[at]) end
  end
end

local function write(at)
  while at <= #ARGV do
    local command, count = ARGV[at], tonumber(ARGV[at + 2])
    operations[command](command, prefix .. ARGV[at + 1], at + 3, count)
    at = at + 3 + count
  end
end
`;

/**
 * KEYS: meta. ARGV: prefix of the generation, new sequence, generation, expected sequence, expected id, new id, place, at_us, operations.
 * Writes only if the store stands exactly where it is expected to; answers where it stands, and behind that 1 if it has written: another
 * writer's batch may have ended at the same place.
 */
export const WRITE_BATCH = new Script(`${META} ${WRITES}
local m = meta()
if m[1] ~= ARGV[3] or m[2] ~= ARGV[4] or m[3] ~= ARGV[5] then return m end
write(9)
redis.call('HSET', KEYS[1], 'sequence', ARGV[2], 'id', ARGV[6], 'place', ARGV[7], 'at_us', ARGV[8])
return { m[1], ARGV[2], ARGV[6], ARGV[7], ARGV[8], m[6], '1' }
`);

/** How long a generation may stand unfinished without a sign of its builder. */
export const BUILDING_MS = 60_000;

/** KEYS: meta, building. ARGV: prefix of the generation, sequence, operations. A part of a generation that nobody reads yet. */
export const WRITE_PART = new Script(`${WRITES}
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ${BUILDING_MS})
write(3)
return 1
`);

/**
 * KEYS: meta, building. ARGV: expected generation, sequence and id, then generation, sequence, id, place, at_us, version.
 * Makes the new generation the one that is read, if the store still stands where the builder saw it.
 */
export const TAKE_OVER = new Script(`${META}
local m = meta()
if redis.call('EXISTS', KEYS[2]) == 0 then return m end
if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] or m[3] ~= ARGV[3] then return m end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'generation', ARGV[4], 'sequence', ARGV[5], 'id', ARGV[6], 'place', ARGV[7], 'at_us', ARGV[8], 'version', ARGV[9])
return meta()
`);
