// Answers about the value split: sums per tier, zone or contract as a table, and as a Sankey diagram's nodes and links.

import type { SplitRule } from '@tokenbourse/domain';
import { plus, toWide, type Exact } from '../exact';
import type { AnswerModels } from '../answer-models';
import { addSums, noSums, type SplitDocument, type SplitSums } from '../models/value-split';
import {
  SPLIT_LINKS,
  type SankeyView,
  type SplitGrouping,
  type SplitRequest,
  type SplitRow,
  type ValueSplitView,
} from '../queries';

interface Group {
  readonly tier: number | null;
  readonly zone: number | null;
  readonly contract: SplitDocument | null;
  readonly sums: SplitSums;
}

export function valueSplit(models: AnswerModels, request: SplitRequest): ValueSplitView {
  const documents = chosen(models, request);
  const rows = grouped(documents, request.group_by ?? 'total').map((group) => row(models, group));
  const total = noSums();
  for (const { sums } of documents) addSums(total, sums);
  return {
    rule_version: models.valueSplit.ruleVersion,
    rule: ruleLinks(models),
    rows,
    total: row(models, { tier: null, zone: null, contract: null, sums: total }),
    sankey: sankey(models, documents),
  };
}

/** What was rolled up has no window and no contract of its own any more. */
function chosen({ valueSplit }: AnswerModels, { tier, zone, contract, from_us, to_us }: SplitRequest): SplitDocument[] {
  const rolledUp = contract === undefined && from_us === undefined && to_us === undefined;
  const documents = [...(rolledUp ? valueSplit.rolledUp.values() : []), ...valueSplit.contracts.values()];
  return documents.filter(
    (document) =>
      (tier === undefined || document.tier === tier) &&
      (zone === undefined || document.zone === zone) &&
      (contract === undefined || document.contract === contract) &&
      (from_us === undefined || document.window_start_at_us >= from_us) &&
      (to_us === undefined || document.window_start_at_us < to_us),
  );
}

/** Contracts without a trade have no row of their own. */
function grouped(documents: readonly SplitDocument[], by: SplitGrouping): Group[] {
  const groups = new Map<string, Group>();
  for (const document of documents) {
    const { tier, zone, contract, sums } = document;
    if (by === 'contract' && sums.produced === 0 && sums.resold === 0) continue;
    const key = { total: '', tier: `${tier}`, zone: `${zone}`, contract: `${tier}/${zone}/${contract}` }[by];
    let group = groups.get(key);
    if (group === undefined) {
      const single = by === 'contract';
      group = {
        tier: by === 'tier' || single ? tier : null,
        zone: by === 'zone' || single ? zone : null,
        contract: single && contract !== 0 ? document : null,
        sums: noSums(),
      };
      groups.set(key, group);
    }
    addSums(group.sums, sums);
  }
  return [...groups.values()].sort(
    (a, b) => order(a) - order(b) || (a.contract?.contract ?? 0) - (b.contract?.contract ?? 0),
  );
}

const order = ({ tier, zone, contract }: Group): number => contract?.window_start_at_us ?? tier ?? zone ?? 0;

function paymentOf(sums: SplitSums): Exact {
  return SPLIT_LINKS.reduce<Exact>((total, link) => plus(total, sums[link]), 0);
}

function row({ market }: AnswerModels, { tier, zone, contract, sums }: Group): SplitRow {
  return {
    tier,
    tier_name: tier === null ? null : market.tierName(tier),
    zone,
    zone_name: zone === null ? null : market.zoneName(zone),
    contract: contract?.contract ?? null,
    contract_id: contract?.contract_id ?? null,
    window_start_at_us: contract?.window_start_at_us ?? null,
    payment_micro_usd: toWide(paymentOf(sums)),
    links: Object.fromEntries(SPLIT_LINKS.map((link) => [link, toWide(sums[link])])) as SplitRow['links'],
    exchange_fee_micro_usd: toWide(sums.exchange_fee),
    produced_lots: toWide(sums.produced),
    resold_lots: toWide(sums.resold),
  };
}

/** The links in the words of the rule in the log; a text that is no rule has none to show. */
function ruleLinks({ market }: AnswerModels): SplitRule['links'] {
  try {
    const rule = JSON.parse(market.splitRule?.rule ?? '{}') as Partial<SplitRule> | null;
    return Array.isArray(rule?.links) ? (rule.links as SplitRule['links']) : [];
  } catch {
    return [];
  }
}

function sankey(models: AnswerModels, documents: readonly SplitDocument[]): SankeyView {
  const names = new Map(ruleLinks(models).map(({ link, name }) => [link, name]));
  const nodes = new Map<string, SankeyView['nodes'][number]>();
  const links: SankeyView['links'][number][] = [];
  const flow = (source: string, target: string, value: Exact, is_loss = false): void => {
    if (value > 0) links.push({ source, target, value_micro_usd: toWide(value), is_loss });
  };
  for (const { tier, sums } of grouped(documents, 'tier')) {
    if (SPLIT_LINKS.every((link) => sums[link] === 0)) continue;
    const tierName = models.market.tierName(tier as number);
    const tierNode = `tier:${tierName}`;
    nodes.set('payers', { id: 'payers', name: 'Token buyers', kind: 'payer' });
    nodes.set(tierNode, { id: tierNode, name: tierName, kind: 'tier' });
    flow('payers', tierNode, paymentOf(sums));
    for (const link of SPLIT_LINKS) {
      const part = sums[link];
      const name = names.get(link) ?? link;
      if (part > 0) {
        nodes.set(`link:${link}`, { id: `link:${link}`, name, kind: 'link' });
        flow(tierNode, `link:${link}`, part);
      } else if (part < 0) {
        nodes.set(`loss:${link}`, { id: `loss:${link}`, name: `Loss of ${name}`, kind: 'loss' });
        flow(`loss:${link}`, tierNode, typeof part === 'number' ? -part : -part, true);
      }
    }
  }
  return { nodes: [...nodes.values()], links };
}
