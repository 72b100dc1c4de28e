// Commands that came before: their answers are told again, never made again. The engine remembers ids for its idempotency
// window; older ids stand in the read models: orders until their contract is settled, cash for good.

import { Inject, Injectable } from '@nestjs/common';
import { fingerprintOf, formatId, formatInstant, SECOND_US, type CommandOf } from '@tokenbourse/domain';
import {
  assertFirstTaken,
  formatUsd,
  problem,
  ProblemError,
  refusalProblem,
  refusalSentence,
  type CashMoved,
  type PlacedOrder,
  type Repetition,
} from '@tokenbourse/protocol';
import type { CashMovementView, OrderView, ReadModels, Refusal } from '@tokenbourse/projections';
import { fillAnswer, orderAnswer } from './answers/orders';
import { readAfterwards } from './first-outcome';
import { Health } from './health';
import type { NamedContract } from './names';
import { READ_MODELS } from './tokens';

type CashCommand = CommandOf<'Deposit'> | CommandOf<'Withdraw'>;

/** After so long what is known about the market's limits is read anew, while orders go on by what is known. */
const LIMITS_MS = 1_000;
/** Between this look at the clock and the writer's. */
const MARGIN_US = 10 * SECOND_US;

interface KnownLimits {
  readonly windowUs: number;
  readonly openedAtUs: number;
  readonly forgottenUntilUs: number;
}

@Injectable()
export class Repetitions {
  private known: KnownLimits | undefined;
  private reading: Promise<KnownLimits | undefined> | undefined;
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly health: Health,
  ) {}

  /** The market's limits were set: what is known of them is old. */
  limitsChanged(): void {
    this.known = undefined;
    this.reading = undefined;
  }

  /**
   * The answer of an earlier order under the same id that the engine may have forgotten; undefined where there is none.
   * Throws its refusal, COMMAND_ID_REUSED, or READ_MODEL_BEHIND where the read models lag so far that nobody knows.
   */
  async earlierOrder(command: CommandOf<'PlaceOrder'>, contract: NamedContract): Promise<PlacedOrder | undefined> {
    if (command.command_id === '' || (await this.isRemembered(contract))) return undefined;
    await this.assertRecent();
    const { account, command_id, contract: number } = command;
    const { data } = await this.models.ordersByClientId(account, command_id, { contract: number });
    const earlier = data[0];
    if (earlier === undefined) return undefined;
    assertSame(earlier.fingerprint, command, earlier.sequence);
    if (earlier.outcome === 'REJECTED') throw refused(earlier.refusal, earlier.sequence);
    return this.asPlaced(earlier.order);
  }

  /** The answer of an order that the engine recognised as a repetition. */
  async repeatedOrder(repetition: Repetition, contract: number): Promise<PlacedOrder> {
    assertFirstTaken(repetition);
    const options = { min_seq: repetition.first_sequence };
    return this.asPlaced(await readAfterwards(this.models.order(contract, repetition.result, options)));
  }

  /** The answer of an earlier deposit or withdrawal under the same id. Throws like `earlierOrder`. */
  async earlierCash(command: CashCommand): Promise<CashMoved | undefined> {
    if (command.command_id === '') return undefined;
    await this.assertRecent();
    const { data } = await this.models.cashMovement(command.account, command.command_id);
    if (data === null) return undefined;
    assertSame(data.fingerprint, command, data.sequence);
    return cashMoved(data);
  }

  /** The answer of a deposit or withdrawal that the engine recognised as a repetition. */
  async repeatedCash(repetition: Repetition, command: CashCommand): Promise<CashMoved> {
    assertFirstTaken(repetition);
    const options = { min_seq: repetition.first_sequence };
    return cashMoved(await readAfterwards(this.models.cashMovement(command.account, command.command_id, options)));
  }

  /** An order as its own record left it on arrival, as far as it hasn't changed since. */
  private async asPlaced(view: OrderView): Promise<PlacedOrder> {
    const { account, contract, order, sequence } = view;
    const fills = await this.models.fills(account, { contract, order, limit: 1_000 });
    const onArrival = fills.data.filter((fill) => fill.sequence === sequence).reverse();
    return {
      ...orderAnswer(view),
      fills: onArrival.map((fill) => fillAnswer(fill, view.contract_id)),
      seq: sequence,
    };
  }

  /**
   * Whether the engine still remembers every id that this contract has seen: it has traded for less than the window, and
   * since then none was forgotten under a shorter one.
   */
  private async isRemembered(contract: NamedContract): Promise<boolean> {
    const limits = this.known ?? (await this.readLimits());
    if (limits === undefined) return false;
    // Nobody waits for this: under an overload the read models lag, and places would wait for them one and all.
    if (performance.now() - this.readAtMs > LIMITS_MS) this.readLimits().catch(() => undefined);
    const since = Math.max(contract.opens_at_us, limits.openedAtUs);
    const nowUs = Math.max(Date.now() * 1_000, this.health.writer().last_stamp_us);
    return nowUs - since + MARGIN_US < limits.windowUs && since > limits.forgottenUntilUs;
  }

  /** Reads the limits once for all who ask meanwhile; undefined before the market is opened. */
  private readLimits(): Promise<KnownLimits | undefined> {
    if (this.reading !== undefined) return this.reading;
    const reading: Promise<KnownLimits | undefined> = this.models
      .market({ min_seq: this.health.writer().sequence })
      .then(({ data }) => {
        if (data === null || data.limits === null) return undefined;
        const { limits: set, opened_at_us: openedAtUs, ids_forgotten_until_us: forgottenUntilUs } = data;
        const limits = { windowUs: set.idempotency_window_us, openedAtUs, forgottenUntilUs };
        // Limits that were set since the question left are not in this answer.
        if (this.reading === reading) this.known = limits;
        return limits;
      })
      .finally(() => {
        this.readAtMs = performance.now();
        if (this.reading === reading) this.reading = undefined;
      });
    return (this.reading = reading);
  }

  /** Throws READ_MODEL_BEHIND: an id that neither the engine nor the read models know must be a new one. */
  private async assertRecent(): Promise<void> {
    const [status, market] = await Promise.all([this.models.status(), this.models.market()]);
    const windowUs = market.data?.limits?.idempotency_window_us ?? 0;
    const lagUs = this.health.writer().last_stamp_us - status.as_of_us;
    const forgottenUntilUs = market.data?.ids_forgotten_until_us ?? 0;
    if (status.as_of_seq > 0 && lagUs <= windowUs && status.as_of_us >= forgottenUntilUs) return;
    if (this.health.writer().sequence === status.as_of_seq) return;
    const detail = `The read models lag ${Math.round(lagUs / 1_000_000)} s, longer than ids are remembered; the command was not taken.`;
    throw new ProblemError(problem('READ_MODEL_BEHIND', detail), { 'Retry-After': '5' });
  }
}

/** The figure that the command's own refusal of this kind names: the record of the first. */
function assertSame(fingerprint: number, command: CommandOf<'PlaceOrder'> | CashCommand, sequence: number): void {
  if (fingerprint === fingerprintOf(command)) return;
  const reuse = { code: 'COMMAND_ID_REUSED', needed: sequence, available: 0, at_us: 0 } as const;
  throw new ProblemError(problem('COMMAND_ID_REUSED', refusalSentence(reuse), { needed: String(sequence) }));
}

function refused(refusal: Refusal, sequence: number): ProblemError {
  return new ProblemError(refusalProblem(refusal, sequence), { 'Idempotent-Replayed': 'true' });
}

function cashMoved(view: CashMovementView): CashMoved {
  if (view.refusal !== null) throw refused(view.refusal, view.sequence);
  return {
    account_id: formatId('account', view.account),
    direction: view.kind,
    amount_usd: formatUsd(view.amount_micro_usd),
    reference: view.reference,
    booked_at: formatInstant(view.at_us),
    seq: view.sequence,
  };
}
