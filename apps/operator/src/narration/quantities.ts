// Figures in the units of the wire, with their unit.

import { formatId, formatInstant, formatOrderId } from '@tokenbourse/domain';
import { formatMtok, formatMwh, formatPrice, formatUsd } from '@tokenbourse/protocol';

export const mtok = (lots: number): string => `${formatMtok(lots)} Mtok`;
export const price = (ticks: number): string => `${formatPrice(ticks)} USD/Mtok`;
export const usd = (microUsd: number | bigint): string => `${formatUsd(microUsd)} USD`;
export const mwh = (millijoules: number | bigint): string => `${formatMwh(millijoules)} MWh`;
export const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(4)} %`;
export const duration = (us: number): string => `${us / 1_000_000} s`;
export const account = (number: number): string => formatId('account', number);
export const order = formatOrderId;
export const instant = formatInstant;
