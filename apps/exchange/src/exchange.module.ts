// The one module: controllers, use cases, and what they are given.

import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountsController } from './accounts/accounts.controller';
import { GetAccountHandler } from './accounts/get-account';
import { GetBalancesHandler } from './accounts/get-balances';
import { GetStatementHandler } from './accounts/get-statement';
import { ListAccountsHandler } from './accounts/list-accounts';
import { ListFillsHandler } from './accounts/list-fills';
import { ListParticipantsHandler } from './accounts/list-participants';
import { ListPositionsHandler } from './accounts/list-positions';
import { MoveCashHandler } from './accounts/move-cash';
import { OpenAccountHandler } from './accounts/open-account';
import { RegisterParticipantHandler } from './accounts/register-participant';
import { CommandsController } from './commands/commands.controller';
import { GetCommandHandler } from './commands/get-command';
import { FactoriesController } from './factories/factories.controller';
import { GetFactoryHandler } from './factories/get-factory';
import { GetFactoryUseHandler } from './factories/get-factory-use';
import { ListFactoriesHandler } from './factories/list-factories';
import { ListOffersHandler } from './factories/list-offers';
import { PostOfferHandler } from './factories/post-offer';
import { RegisterFactoryHandler } from './factories/register-factory';
import { SetFactoryCostsHandler } from './factories/set-factory-costs';
import { WithdrawOfferHandler } from './factories/withdraw-offer';
import { Health } from './health';
import { CreateApiKeyHandler } from './keys/create-api-key';
import { Keyring } from './keys/keyring';
import { ListApiKeysHandler } from './keys/list-api-keys';
import { RevokeApiKeyHandler } from './keys/revoke-api-key';
import { AddZoneHandler } from './market/add-zone';
import { GetCandlesHandler } from './market/get-candles';
import { GetContractHandler } from './market/get-contract';
import { GetDepthHandler } from './market/get-depth';
import { GetMarketHandler } from './market/get-market';
import { GetPricesHandler } from './market/get-prices';
import { GetValueSplitHandler } from './market/get-value-split';
import { ListContractsHandler } from './market/list-contracts';
import { ListTiersHandler } from './market/list-tiers';
import { ListTradesHandler } from './market/list-trades';
import { ListZonesHandler } from './market/list-zones';
import { MarketController } from './market/market.controller';
import { SetFeesHandler } from './market/set-fees';
import { SetLimitsHandler } from './market/set-limits';
import { SetSplitRuleHandler } from './market/set-split-rule';
import { Names } from './names';
import { ConfirmClockHandler } from './operations/confirm-clock';
import { DescriptionController } from './operations/description';
import { GetReadyHandler } from './operations/get-ready';
import { OperationsController } from './operations/operations.controller';
import { ReadLogHandler } from './operations/read-log';
import { AmendOrderHandler } from './orders/amend-order';
import { CancelAllOrdersHandler } from './orders/cancel-all-orders';
import { CancelOrderHandler } from './orders/cancel-order';
import { GetOrderHandler } from './orders/get-order';
import { ListOrdersHandler } from './orders/list-orders';
import { OrdersController } from './orders/orders.controller';
import { PlaceOrderHandler } from './orders/place-order';
import type { ExchangeParts } from './exchange-parts';
import { Repetitions } from './repetitions';
import { GATEWAY, LOG, READ_MODELS, SEEN_IDS } from './tokens';

const commands = [
  PlaceOrderHandler,
  AmendOrderHandler,
  CancelOrderHandler,
  CancelAllOrdersHandler,
  RegisterParticipantHandler,
  OpenAccountHandler,
  MoveCashHandler,
  CreateApiKeyHandler,
  RevokeApiKeyHandler,
  RegisterFactoryHandler,
  SetFactoryCostsHandler,
  PostOfferHandler,
  WithdrawOfferHandler,
  AddZoneHandler,
  SetFeesHandler,
  SetLimitsHandler,
  SetSplitRuleHandler,
  ConfirmClockHandler,
];

const queries = [
  GetOrderHandler,
  ListOrdersHandler,
  ListParticipantsHandler,
  ListAccountsHandler,
  GetAccountHandler,
  GetBalancesHandler,
  ListPositionsHandler,
  GetStatementHandler,
  ListFillsHandler,
  ListApiKeysHandler,
  ListFactoriesHandler,
  GetFactoryHandler,
  ListOffersHandler,
  GetFactoryUseHandler,
  ListTiersHandler,
  ListZonesHandler,
  ListContractsHandler,
  GetContractHandler,
  GetDepthHandler,
  ListTradesHandler,
  GetCandlesHandler,
  GetPricesHandler,
  GetValueSplitHandler,
  GetMarketHandler,
  GetCommandHandler,
  GetReadyHandler,
  ReadLogHandler,
];

@Module({})
export class ExchangeModule {
  static of(
    parts: Pick<ExchangeParts, 'gateway' | 'models' | 'seenIds' | 'log' | 'health'>,
    keyring: Keyring,
  ): DynamicModule {
    const given: Provider[] = [
      { provide: GATEWAY, useValue: parts.gateway },
      { provide: READ_MODELS, useValue: parts.models },
      { provide: SEEN_IDS, useValue: parts.seenIds },
      { provide: LOG, useValue: parts.log },
      { provide: Health, useValue: parts.health },
      { provide: Keyring, useValue: keyring },
    ];
    return {
      module: ExchangeModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        OrdersController,
        AccountsController,
        FactoriesController,
        MarketController,
        OperationsController,
        CommandsController,
        DescriptionController,
      ],
      providers: [...given, Names, Repetitions, ...commands, ...queries],
    };
  }
}
