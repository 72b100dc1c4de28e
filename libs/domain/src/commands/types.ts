// The names of all commands, in the order of their codes in the log; new ones are added at the end.

export const COMMAND_TYPES = [
  'PlaceOrder',
  'CancelOrder',
  'AmendOrder',
  'CancelAllOrders',
  'PostOffer',
  'WithdrawOffer',
  'Deposit',
  'Withdraw',
  'RegisterParticipant',
  'OpenAccount',
  'RegisterFactory',
  'SetFactoryCosts',
  'CreateApiKey',
  'RevokeApiKey',
  'OpenMarket',
  'AddZone',
  'SetFees',
  'SetLimits',
  'SetSplitRule',
  'Ping',
  'ConfirmClock',
] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];
