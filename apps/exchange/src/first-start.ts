// What a fresh data folder needs before anybody can use it: an open market, and the first keys. Repeating it does nothing.

import { randomInt } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DEFAULT_TIERS,
  HOUR_US,
  MINUTE_US,
  SPLIT_RULE_VERSION,
  VALUE_SPLIT_RULE_V1,
  type Command,
  type CommandOf,
} from '@tokenbourse/domain';
import type { ReadModels } from '@tokenbourse/projections';
import { assertTaken, eventOf } from '@tokenbourse/protocol';
import {
  OutcomePending,
  OutcomeUnknown,
  WriterUnavailable,
  type CommandGateway,
  type Outcome,
} from '@tokenbourse/sequencer';
import { keyDigest, newKey, type Keyring } from './keys/keyring';
import type { ServerOptions } from './options';

const LOCAL_ACCOUNT = 'local';
const RETRY_MS = 500;

/** The market as it is opened when nobody says otherwise: hourly windows for a day ahead, gates 5 minutes before. */
export function openMarketCommand(market: string): CommandOf<'OpenMarket'> {
  return {
    type: 'OpenMarket',
    command_id: '',
    market,
    currency: 'USD',
    id_seed: randomInt(0xffff_ffff),
    window_us: HOUR_US,
    horizon_us: 24 * HOUR_US,
    open_lead_us: 24 * HOUR_US,
    gate_lead_us: 5 * MINUTE_US,
    settlement_lag_us: 0,
    open_orders_per_account: 20_000,
    matches_per_command: 500,
    quotes_per_offer: 100,
    idempotency_window_us: HOUR_US,
    tiers: DEFAULT_TIERS,
    zones: [{ name: 'USE' }],
    maker_ppm: 100,
    taker_ppm: 500,
    split_version: SPLIT_RULE_VERSION,
    split_rule: JSON.stringify(VALUE_SPLIT_RULE_V1),
  };
}

/** A key that the first start made, and the file in which it stands; one that was given is kept by its owner alone. */
export interface MadeKey {
  readonly kind: 'admin' | 'trade';
  readonly text: string;
  readonly file: string;
}

export class FirstStart {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly models: ReadModels,
    private readonly keyring: Keyring,
    private readonly options: ServerOptions,
    private readonly tell: (message: string) => void,
  ) {}

  /** Opens the market unless it is open; makes the first keys, in `folder` where none are given. Returns those it made. */
  async run(isFresh: boolean, folder: string): Promise<MadeKey[]> {
    const opened = isFresh && (await this.openMarket());
    // Of several processes the one that opened the market makes the keys; where that one ended before it did, the next one.
    const makes = this.options.role === 'standalone' || opened || (!isFresh && (await this.hasNoKeys()));
    const made: MadeKey[] = [];
    for (const kind of ['admin', 'trade'] as const) {
      const given = kind === 'admin' ? this.options.adminKey : this.options.tradeKey;
      const file = path.join(folder, `${kind}.key`);
      if (given !== '') await this.take(kind, given);
      else if (existsSync(file)) this.checkKept(kind, file);
      else if (makes) made.push(await this.make(kind, file));
    }
    return made;
  }

  private async hasNoKeys(): Promise<boolean> {
    return (await this.models.apiKeys({ limit: 1 })).data.length === 0;
  }

  /** Whether it was this process that opened it. */
  private async openMarket(): Promise<boolean> {
    const outcome = await this.surely({ ...openMarketCommand(this.options.market), command_id: 'first-start-market' });
    const refused = eventOf(outcome, 'CommandRejected');
    // Another process opened it just now, under the same id: the markets that two open differ in their seeds.
    if (refused?.code === 'MARKET_ALREADY_OPEN' || refused?.code === 'COMMAND_ID_REUSED') return false;
    assertTaken(outcome);
    return eventOf(outcome, 'MarketOpened') !== undefined;
  }

  /** Beyond one machine the first engine may still be about to take over: under its id a command may be sent again. */
  private async surely(command: Command & { readonly command_id: string }): Promise<Outcome> {
    for (;;) {
      try {
        return await this.gateway.submit(command);
      } catch (error) {
        const passes =
          error instanceof OutcomePending || error instanceof OutcomeUnknown || error instanceof WriterUnavailable;
        if (this.options.role === 'standalone' || !passes) throw error;
        this.tell(error.message);
        await pause(RETRY_MS);
      }
    }
  }

  /** A key that was revoked stays so: it is known by its digest. */
  private async take(kind: MadeKey['kind'], text: string): Promise<void> {
    if (this.keyring.has(text)) return;
    const known = await this.models.apiKeyByHash(keyDigest(text));
    if (known.data === null) await this.createKey(kind, text);
  }

  /** The market needs no such file, but whoever reads it would be turned away, and not know why. */
  private checkKept(kind: MadeKey['kind'], file: string): void {
    try {
      if (this.keyring.has(readFileSync(file, 'utf8').trim())) return;
      this.tell(`${file} holds no valid ${kind} key; delete it, and the next start makes a new one`);
    } catch (error) {
      this.tell(`${file} can't be read: ${(error as Error).message}`);
    }
  }

  private async make(kind: MadeKey['kind'], file: string): Promise<MadeKey> {
    const text = newKey();
    // Before the market knows it: where it can't be kept, nobody would ever have it.
    const keep = keptText(file, `${text}\n`);
    await this.createKey(kind, text);
    keep();
    return { kind, text, file };
  }

  private async createKey(kind: MadeKey['kind'], text: string): Promise<void> {
    const isAdmin = kind === 'admin';
    const key = {
      name: `first ${kind} key`,
      account: isAdmin ? 0 : await this.localAccount(),
      all_accounts: isAdmin ? 'YES' : 'NO',
      scopes: isAdmin ? 'read,trade,admin' : 'read,trade',
      hash: keyDigest(text),
    } as const;
    const outcome = await this.surely({
      type: 'CreateApiKey',
      command_id: `first-start-key-${key.hash.slice(0, 32)}`,
      ...key,
    });
    assertTaken(outcome);
    this.keyring.hold({
      key: eventOf(outcome, 'ApiKeyCreated')?.key ?? eventOf(outcome, 'CommandRepeated')!.result,
      account: key.account,
      all_accounts: isAdmin,
      scopes: key.scopes.split(','),
      hash: key.hash,
    });
  }

  /** The account that the first trade key speaks for; made once, however often this is asked. */
  private async localAccount(): Promise<number> {
    const known = (await this.models.accounts({ limit: 1_000 })).data.find(({ name }) => name === LOCAL_ACCOUNT);
    if (known !== undefined) return known.account;
    const registered = await this.surely({
      type: 'RegisterParticipant',
      command_id: 'first-start-participant',
      name: 'Local trader',
      role: 'TRADER',
    });
    assertTaken(registered);
    const participant =
      eventOf(registered, 'ParticipantRegistered')?.participant ?? eventOf(registered, 'CommandRepeated')!.result;
    const opened = await this.surely({
      type: 'OpenAccount',
      command_id: 'first-start-account',
      participant,
      name: LOCAL_ACCOUNT,
    });
    assertTaken(opened);
    return eventOf(opened, 'AccountOpened')?.account ?? eventOf(opened, 'CommandRepeated')!.result;
  }
}

/**
 * Writes the text beside its file, and gives what puts it there. A kill may come at any instant: under its name the file is whole,
 * for a later start makes none where there is one.
 */
function keptText(file: string, text: string): () => void {
  const beside = `${file}.part`;
  // Beyond one machine nothing else stands in that folder yet.
  mkdirSync(path.dirname(file), { recursive: true });
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return () => renameSync(beside, file);
}
