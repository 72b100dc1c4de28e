// The rule of the value split, version 1: who gets which part of what is paid for tokens. It enters each market's log in
// full (`SplitRuleSet`), so that a reader of the log knows by which rule its trades were divided.

export interface SplitRuleLink {
  /** Stable name of the link. */
  readonly link: string;
  readonly name: string;
  /** How its part is computed, in words of the events' fields. */
  readonly formula: string;
  /** Where the figures come from. */
  readonly source: string;
}

export interface SplitRule {
  readonly version: number;
  readonly title: string;
  /** What is divided, and what is not. */
  readonly scope: string;
  /** How the parts become whole micro-USD. */
  readonly rounding: string;
  readonly links: readonly SplitRuleLink[];
}

export const SPLIT_RULE_VERSION = 1;

/** In the order in which remainders of equal size are handed out. */
export const VALUE_SPLIT_RULE_V1: SplitRule = {
  version: SPLIT_RULE_VERSION,
  title: 'Where each dollar paid for tokens goes',
  scope:
    'Divided is the amount of a trade (price × quantity), fees excluded: the market’s fees come on top and are shown beside it. ' +
    'Lots that the seller held before the trade are a resale: only its margin, the proceeds less the average cost of those lots ' +
    '(⌊cost × lots sold / lots held⌋), is booked, on the link reseller. All other lots are produced by the seller, a factory: their ' +
    'payment is divided over the links of the chain. Lots by which a buyer closes a negative position are a production taken back: ' +
    'their payment is divided by the same formulas and booked negative. The figures are those in force at the time of the trade.',
  rounding:
    'Parts are computed exactly and rounded down to whole micro-USD; what is left of the payment is handed out in single ' +
    'micro-USD to the largest remainders, at equal remainders in the order of the links: the parts add up to the payment exactly.',
  links: [
    {
      link: 'power',
      name: 'Power company',
      formula: 'energy_mwh × power_micro_usd_per_mwh, where energy_mwh = lots × joules_per_mtok / 3,600,000,000,000',
      source: 'the factory’s stated price of electricity per MWh (FactoryRegistered, FactoryCostsSet)',
    },
    {
      link: 'equipment',
      name: 'Equipment maker (NVIDIA)',
      formula: 'energy_mwh × equipment_micro_usd_per_mwh',
      source:
        'the factory’s stated cost of servers and network, amortised per MWh used (FactoryRegistered, FactoryCostsSet)',
    },
    {
      link: 'facility',
      name: 'Data-centre facility',
      formula: 'energy_mwh × facility_micro_usd_per_mwh',
      source:
        'the factory’s stated cost of land, shell, power and cooling plant, amortised per MWh used (FactoryRegistered, FactoryCostsSet)',
    },
    {
      link: 'cloud_operator',
      name: 'Cloud operator',
      formula:
        'payment − power − equipment − facility − model_licence; negative where the price is below cost: a loss shows as a loss',
      source: 'the residual link',
    },
    {
      link: 'model_licence',
      name: 'Model owner',
      formula: 'payment × licence_ppm / 1,000,000',
      source: 'the share of the payment that the factory states for the tier (yields in FactoryRegistered)',
    },
    {
      link: 'reseller',
      name: 'Reseller',
      formula: 'proceeds of lots held before the trade − their average cost; negative for a resale at a loss',
      source: 'the seller’s own purchases of the contract in this log',
    },
  ],
};
