// Commands that came before: their answers are told again, never made again. The engine remembers ids for its idempotency
// window; older ids stand in the read models: orders until their contract is settled, cash for good.
//
// Why no repetition passes as new. An id was used in a record that the read models have folded, or in a later one. The former they
// know, and their filter of seen ids never says otherwise. The latter was stamped at or after an instant S: the time of their last
// record, or the moment at which they had folded all that was decided, where this process decides. The engine knows it until S and
// the idempotency window have passed, so the command is submitted as one that expires then. A shorter window counts from before its
// command is submitted.

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
  type CommandOutcome,
  type PlacedOrder,
  type Repetition,
} from '@tokenbourse/protocol';
import type {
  Answer,
  CashMovementView,
  OrderView,
  ReadModels,
  ReadOptions,
  Refusal,
  SeenIds,
} from '@tokenbourse/projections';
import { fillAnswer, orderAnswer } from './answers/orders';
import { readAfterwards } from './first-outcome';
import { Health, type IdMemory } from './health';
import { READ_MODELS, SEEN_IDS } from './tokens';

type CashCommand = CommandOf<'Deposit'> | CommandOf<'Withdraw'>;

type PlaceOrder = CommandOf<'PlaceOrder'>;

/** The clock may be set back so far and nobody notices; of a very short window it is a quarter. */
const STEP_US = SECOND_US;

@Injectable()
export class Repetitions {
  /** Idempotency windows that are being set and may hold already, or not yet. */
  private readonly coming: number[] = [];
  /** When the read models had last folded all that was decided, up to that record: whatever they don't know yet is not older. */
  private caughtUp = { sequence: 0, atUs: 0 };

  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(SEEN_IDS) private readonly seenIds: SeenIds,
    private readonly health: Health,
  ) {}

  /** Submits a command that sets the idempotency window: ids are judged by it from now on, for orders may stand behind it in the inbox. */
  async whileSetting<T>(windowUs: number, submit: () => Promise<T>): Promise<T> {
    this.coming.push(windowUs);
    try {
      return await submit();
    } finally {
      this.coming.splice(this.coming.indexOf(windowUs), 1);
    }
  }

  /**
   * The order as it is to be submitted at once, if its id is surely new, without a question: it expires when the engine could
   * have forgotten the id. Undefined where that is not sure.
   */
  newOrder(command: PlaceOrder): PlaceOrder | undefined {
    if (command.command_id === '') return command;
    const { seen, sequence, at_us } = this.seenIds.find(command.account, command.contract, command.command_id);
    return seen ? undefined : this.expiring(command, this.unknownSince(sequence, at_us));
  }

  /**
   * Asks the read models for an earlier order under the same id, and submits this one unless there is one.
   * Throws the refusal of the earlier one, COMMAND_ID_REUSED, or READ_MODEL_BEHIND where the read models lag so far that nobody knows.
   */
  async unlessEarlierOrder(
    command: PlaceOrder,
    submit: (order: PlaceOrder) => Promise<CommandOutcome>,
  ): Promise<{ readonly earlier: PlacedOrder } | { readonly outcome: CommandOutcome }> {
    const { account, command_id, contract } = command;
    const { sinceUs, data } = await this.asked((options) =>
      this.models.ordersByClientId(account, command_id, { ...options, contract }),
    );
    const earlier = data[0];
    if (earlier === undefined) {
      // Nothing comes between this look and the inbox.
      const order = this.expiring(command, sinceUs);
      if (order === undefined) throw behind();
      return { outcome: await submit(order) };
    }
    assertSame(earlier.fingerprint, command, earlier.sequence);
    if (earlier.outcome === 'REJECTED') throw refused(earlier.refusal, earlier.sequence);
    return { earlier: await this.asPlaced(earlier.order) };
  }

  /** The answer of an order that the engine recognised as a repetition. */
  async repeatedOrder(repetition: Repetition, contract: number): Promise<PlacedOrder> {
    assertFirstTaken(repetition);
    const options = { min_seq: repetition.first_sequence };
    return this.asPlaced(await readAfterwards(this.models.order(contract, repetition.result, options)));
  }

  /** Like `unlessEarlierOrder`, for a deposit or withdrawal with an id. */
  async unlessEarlierCash(
    command: CashCommand,
    submit: (command: CashCommand) => Promise<CommandOutcome>,
  ): Promise<{ readonly earlier: CashMoved } | { readonly outcome: CommandOutcome }> {
    const { account, command_id } = command;
    const { sinceUs, data } = await this.asked((options) => this.models.cashMovement(account, command_id, options));
    if (data === null) {
      const expiring = this.expiring(command, sinceUs);
      if (expiring === undefined) throw behind();
      return { outcome: await submit(expiring) };
    }
    assertSame(data.fingerprint, command, data.sequence);
    return { earlier: cashMoved(data) };
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
   * Asks the read models as they are; where what they lack could be forgotten already, again as soon as they have all that is
   * decided, if that is known here.
   */
  private async asked<T>(
    ask: (options: ReadOptions) => Promise<Answer<T>>,
  ): Promise<{ readonly sinceUs: number; readonly data: T }> {
    const { as_of_seq, as_of_us, data } = await ask({});
    const sinceUs = this.unknownSince(as_of_seq, as_of_us);
    const decided = this.health.idMemory()?.decided;
    if (decided === undefined || this.isRemembered(sinceUs)) return { sinceUs, data };
    const askedUs = this.nowUs();
    return { sinceUs: askedUs, data: (await ask({ min_seq: decided })).data };
  }

  /** The instant since which ids were used that may not be among those up to record `sequence`, of `atUs`. */
  private unknownSince(sequence: number, atUs: number): number {
    const decided = this.health.idMemory()?.decided;
    if (decided !== undefined && sequence >= decided) this.caughtUp = { sequence, atUs: this.nowUs() };
    // Read models that are rebuilt know less than they did.
    return sequence < this.caughtUp.sequence ? atUs : Math.max(atUs, this.caughtUp.atUs);
  }

  /** No later command is stamped before this, but for a clock that is set back unnoticed. */
  private nowUs(): number {
    return Math.max(Date.now() * 1_000, this.health.idMemory()?.last_stamp_us ?? 0);
  }

  /** Until when the engine knows the ids that were used since `sinceUs`; 0 where it may have forgotten some. */
  private rememberedUntil(sinceUs: number): number {
    const memory = this.health.idMemory();
    if (memory === undefined || sinceUs <= memory.forgotten_until_us) return 0;
    const windowUs = this.windowUs(memory);
    return sinceUs + windowUs - Math.min(STEP_US, windowUs / 4);
  }

  private windowUs({ window_us }: IdMemory): number {
    return this.coming.length === 0 ? window_us : Math.min(window_us, ...this.coming);
  }

  private isRemembered(sinceUs: number): boolean {
    return this.rememberedUntil(sinceUs) > this.nowUs();
  }

  private expiring<C extends PlaceOrder | CashCommand>(command: C, sinceUs: number): C | undefined {
    const untilUs = this.rememberedUntil(sinceUs);
    if (untilUs <= this.nowUs()) return undefined;
    const { expires_at_us: expiresAtUs } = command;
    return expiresAtUs !== 0 && expiresAtUs <= untilUs ? command : { ...command, expires_at_us: untilUs };
  }
}

function behind(): ProblemError {
  const detail = 'The read models lag longer than ids are remembered; the command was not taken.';
  return new ProblemError(problem('READ_MODEL_BEHIND', detail), { 'Retry-After': '5' });
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
