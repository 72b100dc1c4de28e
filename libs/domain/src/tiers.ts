// The five quality tiers with their reference prices; a market's tiers enter its log, these are the first values.

export interface TierDefinition {
  readonly name: string;
  /** Other names in use, comma separated. */
  readonly aliases: string;
  /** USD 0.001 per million tokens; for orientation only, the market finds the price. Published March 2026. */
  readonly reference_price_ticks: number;
  readonly description: string;
}

export const DEFAULT_TIERS: readonly TierDefinition[] = [
  { name: 'FREE', aliases: 'free', reference_price_ticks: 0, description: 'slow, high throughput (Qwen-3 class)' },
  {
    name: 'MEDIUM',
    aliases: 'standard',
    reference_price_ticks: 3_000,
    description: 'everyday use (Kimi-K2.5 class)',
  },
  {
    name: 'HIGH',
    aliases: 'premium',
    reference_price_ticks: 6_000,
    description: 'higher accuracy, faster (GPT-MoE class)',
  },
  {
    name: 'PREMIUM',
    aliases: 'high-speed',
    reference_price_ticks: 45_000,
    description: 'long context (400K), fast',
  },
  {
    name: 'ULTRA',
    aliases: 'elite',
    reference_price_ticks: 150_000,
    description: 'real-time, the highest grade',
  },
];
