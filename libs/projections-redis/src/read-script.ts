// The script that reads all that one question needs, at one position.

import { Script } from './scripts';

// KEYS: meta. ARGV: prefix of the market, generation that the reader knows, number of groups, per group: name, sequence that the
// reader knows, number of collections, collections; then wants: name, number of arguments, arguments.
// Answers: the position, per group what changed (or all of it), and per want its result.
export const READ = new Script(`
local m = redis.call('HMGET', KEYS[1], 'generation', 'sequence', 'at_us', 'version')
if not m[1] then return { '', redis.call('GET', ARGV[1] .. 'progress') or '' } end
local prefix = ARGV[1] .. m[1] .. ':'
local known = ARGV[2] == m[1]
local at = 4

local function hash(key) return redis.call('HGETALL', prefix .. key) end

local groups = {}
for i = 1, tonumber(ARGV[3]) do
  local group, since, count = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local version = redis.call('HMGET', prefix .. 'groups', group, group .. ':floor')
  local changed, whole = {}, not known or tonumber(since) < tonumber(version[2] or 0)
  if whole then
    for c = 1, count do
      changed[c] = hash(ARGV[at + 2 + c])
    end
  elseif version[1] and tonumber(version[1]) > tonumber(since) then
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'changes:' .. group, '(' .. since, '+inf')) do
      local collection, key = string.match(member, '^([^/]+)/(.*)$')
      changed[#changed + 1] = collection
      changed[#changed + 1] = key
      changed[#changed + 1] = redis.call('HGET', prefix .. collection, key) or ''
    end
  end
  groups[i] = { whole and 1 or 0, changed }
  at = at + 3 + count
end

local wants = {}

-- Documents of a hash.
function wants.FIELDS(from, count)
  local found = {}
  for i = from + 1, from + count - 1 do
    found[#found + 1] = redis.call('HGET', prefix .. ARGV[from], ARGV[i]) or ''
  end
  return found
end

-- The newest rows of an owner, below a number: number of the oldest kept, of the first given, the rows.
function wants.ROWS(from)
  local name, owner, below, count = ARGV[from], ARGV[from + 1], tonumber(ARGV[from + 2]), tonumber(ARGV[from + 3])
  local key = prefix .. name .. ':' .. owner
  local length = redis.call('LLEN', key)
  if length == 0 then return {} end
  local next = tonumber(redis.call('HGET', prefix .. name .. ':next', owner))
  local first = next - length
  local to = math.min(below, next)
  local lower = math.max(first, to - count)
  if lower >= to then return { first, math.max(first, to), '[]' } end
  local rows = redis.call('LRANGE', key, lower - first, to - 1 - first)
  return { first, lower, '[' .. table.concat(rows, ',') .. ']' }
end

-- Minutes of a tier: those of the last hour, and before them the last one that was over a day ago.
function wants.MINUTES(from)
  local key = prefix .. 'tier_candles:' .. ARGV[from]
  local length = redis.call('LLEN', key)
  if length == 0 then return {} end
  local function start(index)
    return tonumber(string.match(redis.call('LINDEX', key, index), '^%[(%d+)'))
  end
  local function over(us) -- how many minutes were over at us
    local low, high = 0, length
    while low < high do
      local middle = math.floor((low + high) / 2)
      if start(middle) + 60000000 <= us then low = middle + 1 else high = middle end
    end
    return low
  end
  local us = tonumber(m[3])
  local day = over(us - 86400000000)
  local hour = math.max(day, over(us - us % 60000000 - 3600000000))
  local rows = redis.call('LRANGE', key, hour, -1)
  if day > 0 then table.insert(rows, 1, redis.call('LINDEX', key, day - 1)) end
  return { '[' .. table.concat(rows, ',') .. ']' }
end

-- An account's newest orders below a number that match: number, contract, order, row of each.
function wants.ORDERS(from)
  local account, below, count = ARGV[from], ARGV[from + 1], tonumber(ARGV[from + 2])
  local state, contract, side, tier = ARGV[from + 3], ARGV[from + 4], ARGV[from + 5], ARGV[from + 6]
  local found = {}
  for _, name in ipairs(state == '' and { 'OPEN', 'FILLED', 'CANCELLED' } or { state }) do
    local key, bound, left = prefix .. 'account_orders:' .. name .. ':' .. account, below, count
    while left > 0 do
      local members = redis.call('ZREVRANGEBYSCORE', key, bound, '-inf', 'WITHSCORES', 'LIMIT', 0, 500)
      for i = 1, #members, 2 do
        local c, o, s, t = string.match(members[i], '^(%d+)/(%d+)/(%a+)/(%d+)$')
        if (contract == '' or contract == c) and (side == '' or side == s) and (tier == '' or tier == t) then
          local row = redis.call('HGET', prefix .. 'orders:' .. c, o)
          if row then
            found[#found + 1] = { members[i + 1], c, o, row }
            left = left - 1
            if left == 0 then break end
          end
        end
      end
      if #members < 1000 then break end
      bound = '(' .. members[#members]
    end
  end
  table.sort(found, function(a, b) return tonumber(a[1]) > tonumber(b[1]) end)
  for i = #found, count + 1, -1 do found[i] = nil end
  return found
end

-- The order under a client's id.
function wants.CLIENT_ORDER(from)
  local order = redis.call('HGET', prefix .. 'client_order_ids:' .. ARGV[from], ARGV[from + 1])
  return order and { order, redis.call('HGET', prefix .. 'orders:' .. ARGV[from], order) or '' } or {}
end

-- Contracts that know a client's id.
function wants.CONTRACTS_UNDER(from)
  local account, id, found = ARGV[from], ARGV[from + 1], {}
  for _, contract in ipairs(redis.call('HKEYS', prefix .. 'contracts')) do
    if redis.call('HEXISTS', prefix .. 'client_order_ids:' .. contract, account .. '/' .. id) == 1
      or redis.call('HEXISTS', prefix .. 'rejected_order_ids', account .. '/' .. contract .. '/' .. id) == 1 then
      found[#found + 1] = contract
    end
  end
  return found
end

-- A document that an index leads to, in the first of some collections that has it.
function wants.INDEXED(from, count)
  local number = redis.call('HGET', prefix .. ARGV[from], ARGV[from + 1])
  if not number then return {} end
  for i = from + 2, from + count - 1 do
    local document = redis.call('HGET', prefix .. ARGV[i], number)
    if document then return { document } end
  end
  return {}
end

-- All positions of an account: contracts and documents.
function wants.POSITIONS(from)
  local found = ARGV[from + 1] == 'SETTLED' and {} or hash('positions:' .. ARGV[from])
  if ARGV[from + 1] ~= 'OPEN' then
    for _, value in ipairs(hash('settled_positions:' .. ARGV[from])) do found[#found + 1] = value end
  end
  return found
end

function wants.POSITION(from)
  local account, contract = ARGV[from], ARGV[from + 1]
  local document = redis.call('HGET', prefix .. 'positions:' .. account, contract)
    or redis.call('HGET', prefix .. 'settled_positions:' .. account, contract)
  return document and { document } or {}
end

-- An account's deposits and withdrawals, newest first.
function wants.CASH_MOVEMENTS(from)
  local found = {}
  local key, below, count = prefix .. 'cash_movements_of:' .. ARGV[from], ARGV[from + 1], ARGV[from + 2]
  for _, number in ipairs(redis.call('ZREVRANGEBYSCORE', key, below, '-inf', 'LIMIT', 0, count)) do
    found[#found + 1] = redis.call('HGET', prefix .. 'cash_movements', number) or ''
  end
  return found
end

-- The last milestone at or before a record.
function wants.MILESTONE(from)
  return redis.call('ZREVRANGEBYSCORE', prefix .. 'milestones', ARGV[from], '-inf', 'LIMIT', 0, 1)
end

local results = {}
while at <= #ARGV do
  local count = tonumber(ARGV[at + 1])
  results[#results + 1] = wants[ARGV[at]](at + 2, count)
  at = at + 2 + count
end
return { m[1], m[2], m[3], m[4], groups, results }
`);
