// Requests and responses about factories, their capacity offers and the use of their power.

import { Type, type Static } from 'typebox';
import { ENERGY_POLICIES } from '@tokenbourse/domain';
import {
  accountId,
  asOfSeq,
  contractId,
  factoryId,
  flag,
  instant,
  integer,
  listOf,
  minSeq,
  mtok,
  mtokFigure,
  mw,
  mwFigure,
  mwhFigure,
  name,
  offerId,
  oneOf,
  orderId,
  orNull,
  page,
  participantId,
  price,
  priceFigure,
  strict,
  tierName,
  total,
  usd,
  usdFigure,
  zoneName,
} from './fields';

const seq = total('record of the log that answers the request');
const costs = {
  power_usd_per_mwh: usd('electricity, per MWh', '50.000000'),
  equipment_usd_per_mwh: usd('servers and network, amortised, per MWh', '900.000000'),
  facility_usd_per_mwh: usd('land, shell, power and cooling plant, amortised, per MWh', '300.000000'),
};
const costFigures = {
  power_usd_per_mwh: usdFigure('electricity, per MWh', '50.000000'),
  equipment_usd_per_mwh: usdFigure('servers and network, amortised, per MWh', '900.000000'),
  facility_usd_per_mwh: usdFigure('land, shell, power and cooling plant, amortised, per MWh', '300.000000'),
};

const joulesPerMtok = integer(
  1,
  Number.MAX_SAFE_INTEGER,
  'energy for a million generated tokens, in joules',
  1_200_000,
);
const licencePpm = integer(
  0,
  1_000_000,
  'share of the payment that goes to the model’s owner, in parts per million',
  50_000,
);

export const FactoryRequest = strict({
  account_id: accountId('the account that becomes a factory; it then speaks for it'),
  name: name(120, 'name of the factory', 'Prairie One'),
  zone: zoneName(),
  hardware: name(120, 'name of the hardware', 'GB300 NVL72'),
  power_mw: mw('power supply'),
  yields: Type.Array(
    strict({ tier: tierName(), joules_per_mtok: joulesPerMtok, licence_ppm: Type.Optional(licencePpm) }),
    {
      minItems: 1,
      maxItems: 32,
      description: 'the tiers that it makes; licence_ppm is 0 if left out',
    },
  ),
  ...costs,
});
export type FactoryRequest = Static<typeof FactoryRequest>;

export const FactoryCostsRequest = strict(costs);
export type FactoryCostsRequest = Static<typeof FactoryCostsRequest>;

export const FactorySchema = strict({
  factory_id: factoryId(),
  account_id: accountId(),
  participant_id: orNull(participantId()),
  name: Type.String(),
  zone: zoneName(),
  hardware: Type.String(),
  power_mw: mwFigure('power supply'),
  yields: Type.Array(
    strict({
      tier: tierName(),
      joules_per_mtok: joulesPerMtok,
      licence_ppm: licencePpm,
    }),
  ),
  ...costFigures,
  registered_at: instant('when'),
});
export type Factory = Static<typeof FactorySchema>;
export const FactoryMade = strict({ ...FactorySchema.properties, seq });
export const FactoryRead = strict({ ...FactorySchema.properties, as_of_seq: asOfSeq });
export const FactoryCostsSet = strict({ factory_id: factoryId(), ...costFigures, seq });

export const OfferRequest = strict({
  window_start_at: instant('start of the delivery window'),
  energy_policy: Type.Optional(
    oneOf(ENERGY_POLICIES, 'SEPARATE, every quote sets its own energy aside, if left out', { examples: ['SEPARATE'] }),
  ),
  quotes: Type.Array(
    strict({ tier: tierName(), price_usd_per_mtok: price('asked price'), quantity_mtok: mtok('quantity') }),
    {
      minItems: 1,
      maxItems: 100,
      description: 'what is offered',
    },
  ),
  expires_at: Type.Optional(instant('refused when its turn comes later; 30 seconds after receipt if left out')),
});
export type OfferRequest = Static<typeof OfferRequest>;

export const OfferSchema = strict({
  offer_id: offerId(),
  factory_id: factoryId(),
  window_start_at: instant('start of the delivery window'),
  zone: zoneName(),
  energy_policy: oneOf(ENERGY_POLICIES, 'how the quotes share the energy'),
  state: oneOf(['OPEN', 'CLOSED', 'WITHDRAWN'], 'CLOSED: all quotes are filled or cancelled'),
  quotes: Type.Array(
    strict({
      tier: tierName(),
      price_usd_per_mtok: priceFigure('asked price'),
      quantity_mtok: mtokFigure('quantity'),
      filled_mtok: mtokFigure('sold', '0.000'),
      open_mtok: mtokFigure('still on offer'),
      cancelled_mtok: mtokFigure('cancelled', '0.000'),
      order_id: orNull(orderId('the order of this quote')),
    }),
  ),
  posted_at: instant('when'),
});
export type Offer = Static<typeof OfferSchema>;
export const OfferMade = strict({ ...OfferSchema.properties, seq });
export const OfferWithdrawn = strict({
  offer_id: offerId(),
  factory_id: factoryId(),
  cancelled_orders: orNull(total('orders that were still open; null in a repeated answer')),
  seq,
});

export const FactoryUseSchema = strict({
  factory_id: factoryId(),
  zone: zoneName(),
  window_start_at: instant('start of the delivery window'),
  window_seconds: total('length of the delivery window', 3600),
  ended: flag('whether the window is over'),
  budget_mwh: mwhFigure('power × window', '100.000000'),
  sold_mwh: mwhFigure('energy of what is sold'),
  offered_mwh: mwhFigure('energy of what is on offer'),
  free_mwh: mwhFigure('budget less sold less offered'),
  perished_mwh: mwhFigure('not sold when the window ended'),
  tiers: Type.Array(
    strict({
      tier: tierName(),
      contract_id: orNull(contractId()),
      sold_mtok: mtokFigure('sold'),
      offered_mtok: mtokFigure('on offer'),
      sold_mwh: mwhFigure('energy of what is sold'),
      offered_mwh: mwhFigure('energy of what is on offer'),
    }),
  ),
});
export type FactoryUse = Static<typeof FactoryUseSchema>;
export const FactoryUseList = listOf(FactoryUseSchema);

export const FactoriesQuery = strict({ zone: Type.Optional(zoneName('only of this zone')), ...page, ...minSeq });
export const OffersQuery = strict({
  state: Type.Optional(oneOf(['OPEN', 'CLOSED', 'WITHDRAWN'], 'only in this state', { examples: ['OPEN'] })),
  ...page,
  ...minSeq,
});
export const UseQuery = strict({
  from: Type.Optional(instant('windows that start at or after')),
  to: Type.Optional(instant('windows that start before', '2026-11-21T14:00:00Z')),
  ...page,
  ...minSeq,
});
export const FactoryReadQuery = strict({ ...minSeq });
export const FactoryParams = strict({ factory_id: factoryId() });
export const OfferParams = strict({ factory_id: factoryId(), offer_id: offerId() });
