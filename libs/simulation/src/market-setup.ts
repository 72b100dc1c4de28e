// Sets a market up for a scenario, through commands like anyone's: what is there already is found by its name and used,
// so a second start goes on with the same participants, accounts and factories.

import type { Directory, MarketView } from '@tokenbourse/agents';
import {
  DEFAULT_TIERS,
  MICRO_USD_PER_USD,
  SECOND_US,
  SPLIT_RULE_VERSION,
  VALUE_SPLIT_RULE_V1,
  type Command,
  type CommandOf,
  type MarketEvent,
  type ParticipantRole,
} from '@tokenbourse/domain';
import type { CommandGateway, Outcome } from '@tokenbourse/sequencer';

import { costsOf, ticksOf, yieldsOf } from './scenario/calibration';
import type { Scenario, Schedule } from './scenario/scenario';

/** The market is not open, or refused what its set-up needs. */
export class SetupFailed extends Error {
  readonly code = 'SETUP_FAILED';
}

/** The numbers under which the market knows the scenario's names. */
export interface Cast {
  readonly windowUs: number;
  readonly tiers: ReadonlyMap<string, number>;
  readonly zones: ReadonlyMap<string, number>;
  /** Account number by participant's name. */
  readonly accounts: ReadonlyMap<string, number>;
}

/** Limits of a market that a scenario opens. */
const OPEN_ORDERS_PER_ACCOUNT = 1_000;
const MATCHES_PER_COMMAND = 500;
const QUOTES_PER_OFFER = 100;
const IDEMPOTENCY_WINDOW_US = 3_600 * SECOND_US;

/** The command that opens a market as the scenario describes it, with one of its schedules. */
export function openMarket(scenario: Scenario, schedule: Schedule, name: string): CommandOf<'OpenMarket'> {
  const { market } = scenario;
  return {
    type: 'OpenMarket',
    command_id: '',
    market: name,
    currency: 'USD',
    id_seed: market.id_seed,
    window_us: schedule.window_seconds * SECOND_US,
    horizon_us: schedule.horizon_seconds * SECOND_US,
    open_lead_us: schedule.open_lead_seconds * SECOND_US,
    gate_lead_us: schedule.gate_lead_seconds * SECOND_US,
    settlement_lag_us: schedule.settlement_lag_seconds * SECOND_US,
    open_orders_per_account: OPEN_ORDERS_PER_ACCOUNT,
    matches_per_command: MATCHES_PER_COMMAND,
    quotes_per_offer: QUOTES_PER_OFFER,
    idempotency_window_us: IDEMPOTENCY_WINDOW_US,
    tiers: scenario.tiers.map(({ name: tier, opening_price_usd_per_mtok }) => {
      const known = DEFAULT_TIERS.find((definition) => definition.name === tier);
      const reference_price_ticks = ticksOf(opening_price_usd_per_mtok.value);
      return known ?? { name: tier, aliases: '', reference_price_ticks, description: '' };
    }),
    zones: market.zones.map((zone) => ({ name: zone.name })),
    maker_ppm: market.maker_ppm.value,
    taker_ppm: market.taker_ppm.value,
    split_version: SPLIT_RULE_VERSION,
    split_rule: JSON.stringify(VALUE_SPLIT_RULE_V1),
  };
}

/**
 * Brings participants, accounts, factories and deposits of the scenario into an open market. Safe to repeat. Rejects
 * with SetupFailed, or with what the view or a submission rejects with.
 */
export async function setUpMarket(scenario: Scenario, view: MarketView, gateway: CommandGateway): Promise<Cast> {
  const directory = await view.directory();
  if (directory === null) throw new SetupFailed('the market has not been opened yet');
  const setup = new Setup(scenario, directory, gateway);
  const cast = await setup.run();
  await view.reached(setup.lastSequence);
  return cast;
}

class Setup {
  lastSequence = 0;
  private readonly tiers: Map<string, number>;
  private readonly zones: Map<string, number>;
  private readonly accounts = new Map<string, number>();

  constructor(
    private readonly scenario: Scenario,
    private readonly directory: Directory,
    private readonly gateway: CommandGateway,
  ) {
    this.tiers = new Map(directory.tiers.map(({ name, tier }) => [name, tier]));
    this.zones = new Map(directory.zones.map(({ name, zone }) => [name, zone]));
  }

  async run(): Promise<Cast> {
    const { scenario } = this;
    if (!scenario.tiers.some(({ name }) => this.tiers.has(name))) {
      throw new SetupFailed(
        `the market has none of the scenario's tiers (${scenario.tiers.map(({ name }) => name).join(', ')})`,
      );
    }
    for (const { name } of scenario.market.zones) await this.zone(name);
    for (const factory of scenario.factories) await this.factory(factory);
    for (const { name } of scenario.cloud_operators) await this.funded(name, 'CLOUD_OPERATOR');
    for (const { name, role } of scenario.buyers) await this.funded(name, role);
    for (const { name } of scenario.market_makers) await this.funded(name, 'TRADER');
    return { windowUs: this.directory.windowUs, tiers: this.tiers, zones: this.zones, accounts: this.accounts };
  }

  private async zone(name: string): Promise<void> {
    if (this.zones.has(name)) return;
    const events = await this.send({ type: 'AddZone', command_id: `demo-zone-${name}`, name });
    this.zones.set(
      name,
      made(events, 'ZoneAdded', ({ zone }) => zone),
    );
  }

  private async factory(factory: Scenario['factories'][number]): Promise<void> {
    const account = await this.funded(factory.name, 'FACTORY');
    if (this.directory.factories.some((known) => known.account === account)) return;
    const events = await this.send({
      type: 'RegisterFactory',
      account,
      command_id: `demo-factory-${account}`,
      name: factory.name,
      zone: this.zones.get(factory.zone)!,
      hardware: factory.hardware,
      power_watts: Math.round(factory.power_mw * 1_000_000),
      yields: yieldsOf(this.scenario, factory.hardware, this.tiers),
      ...costsOf(this.scenario, factory),
    });
    made(events, 'FactoryRegistered', (event) => event.account);
  }

  /** The participant's account; one that is opened now gets its first deposit. */
  private async funded(name: string, role: ParticipantRole): Promise<number> {
    const participant = await this.participant(name, role);
    const known = this.directory.accounts.find((account) => account.participant === participant);
    let account = known?.account;
    if (account === undefined) {
      const command_id = `demo-account-${participant}`;
      const events = await this.send({ type: 'OpenAccount', command_id, participant, name });
      account = made(events, 'AccountOpened', (event) => event.account);
      const deposit = depositOf(this.scenario, account, 'opening', this.scenario.deposit_usd.value);
      made(await this.send(deposit), 'CashDeposited', (event) => event.account);
    }
    this.accounts.set(name, account);
    return account;
  }

  private async participant(name: string, role: ParticipantRole): Promise<number> {
    const known = this.directory.participants.find((participant) => participant.name === name);
    if (known) return known.participant;
    const command_id = `demo-participant-${name}`.slice(0, 64);
    const events = await this.send({ type: 'RegisterParticipant', command_id, name, role });
    return made(events, 'ParticipantRegistered', ({ participant }) => participant);
  }

  private async send(command: Command): Promise<Outcome['events']> {
    const outcome = await this.gateway.submit(command);
    this.lastSequence = Math.max(this.lastSequence, outcome.sequence);
    return outcome.events;
  }
}

/** A deposit of `usd` with an id of its own: `occasion` tells it from the account's other deposits. */
export function depositOf(scenario: Scenario, account: number, occasion: string, usd: number): CommandOf<'Deposit'> {
  return {
    type: 'Deposit',
    account,
    command_id: `demo-deposit-${account}-${occasion}`,
    amount_micro_usd: Math.round(usd * MICRO_USD_PER_USD),
    reference: `${scenario.name}: ${occasion}`,
    expires_at_us: 0,
  };
}

type EventNamed<K extends MarketEvent['type']> = Extract<MarketEvent, { type: K }>;

/** The number that the wanted event gives; of a repetition, the number that the first outcome made. */
function made<K extends MarketEvent['type']>(
  events: readonly MarketEvent[],
  wanted: K,
  numberOf: (event: EventNamed<K>) => number,
): number {
  for (const event of events) {
    if (event.type === wanted) return numberOf(event as EventNamed<K>);
    if (event.type === 'CommandRepeated' && event.outcome === 'ACCEPTED') return event.result;
  }
  const refusal = events.find((event) => event.type === 'CommandRejected');
  throw new SetupFailed(
    `${wanted} did not happen: ${refusal ? refusal.code : events.map(({ type }) => type).join(', ')}`,
  );
}
