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
import { PositionsModel } from './models/positions';
import { TapeModel } from './models/tape';
import { TradingModel } from './models/trading';
import { ValueSplitModel } from './models/value-split';
import type { Retention } from './retention';

export function createModels(retention: Retention) {
  return {
    market: new MarketModel(),
    directory: new DirectoryModel(),
    contracts: new ContractsModel(retention),
    depth: new DepthModel(),
    tape: new TapeModel(retention),
    candles: new CandlesModel(retention),
    trading: new TradingModel(),
    orders: new OrdersModel(retention),
    offers: new OffersModel(),
    fills: new FillsModel(retention),
    balances: new BalancesModel(),
    positions: new PositionsModel(),
    ledger: new LedgerModel(retention),
    cash: new CashModel(retention),
    factoryUse: new FactoryUseModel(retention),
    valueSplit: new ValueSplitModel(retention),
  };
}

export type MarketModels = ReturnType<typeof createModels>;
