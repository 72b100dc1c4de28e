// All read models of a market, in the order in which they fold each event.

import { BalancesModel } from './models/balances';
import { CandlesModel } from './models/candles';
import { CashModel } from './models/cash';
import { ContractsModel } from './models/contracts';
import { DepthModel } from './models/depth';
import { DirectoryModel } from './models/directory';
import { FactoryUseModel } from './models/factory-use';
import { FillsModel } from './models/fills';
import { LedgerModel } from './models/ledger';
import { MarketModel } from './models/market';
import { OffersModel } from './models/offers';
import { OrdersModel } from './models/orders';
import { OutcomesModel } from './models/outcomes';
import { PositionsModel } from './models/positions';
import { TapeModel } from './models/tape';
import { TradingModel } from './models/trading';
import { ValueSplitModel } from './models/value-split';
import type { Retention } from './retention';
import { SeenIdsFold } from './seen-ids';

/** @param seenIds where the client order ids that were seen are told; nowhere without it */
export function createModels(retention: Retention, seenIds?: SharedArrayBuffer) {
  const contracts = new ContractsModel(retention);
  const ids = seenIds && new SeenIdsFold(seenIds, (contract) => contracts.contracts.has(contract));
  return {
    market: new MarketModel(),
    directory: new DirectoryModel(),
    contracts,
    depth: new DepthModel(),
    tape: new TapeModel(retention),
    candles: new CandlesModel(retention),
    trading: new TradingModel(),
    orders: new OrdersModel(retention, ids),
    offers: new OffersModel(),
    fills: new FillsModel(retention),
    balances: new BalancesModel(),
    positions: new PositionsModel(),
    ledger: new LedgerModel(retention),
    cash: new CashModel(retention),
    outcomes: new OutcomesModel(retention),
    factoryUse: new FactoryUseModel(retention),
    valueSplit: new ValueSplitModel(retention),
  };
}

export type MarketModels = ReturnType<typeof createModels>;
