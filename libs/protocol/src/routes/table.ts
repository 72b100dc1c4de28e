// The route table: all routes of the API by operation id.

import { accountRoutes } from './accounts';
import { commandRoutes } from './commands';
import { factoryRoutes } from './factories';
import { marketRoutes } from './market';
import { operationRoutes } from './operations';
import { tradingRoutes } from './trading';

export const ROUTES = {
  ...operationRoutes,
  ...marketRoutes,
  ...accountRoutes,
  ...factoryRoutes,
  ...tradingRoutes,
  ...commandRoutes,
} as const;

export type RouteName = keyof typeof ROUTES;
export type RouteOf<N extends RouteName> = (typeof ROUTES)[N];
export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[];
