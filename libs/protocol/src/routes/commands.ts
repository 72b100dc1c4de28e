// Routes of commands under their ids.

import { CommandOutcomeSchema, CommandParams, CommandQuery } from '../schemas/commands';
import { listOf } from '../schemas/fields';
import { route } from './route';

export const commandRoutes = {
  getCommand: route({
    method: 'GET',
    path: '/v1/commands/{command_id}',
    tag: 'Commands',
    summary: 'What became of a command, by its id',
    description:
      'Empty while the market has not decided it, and where it is unknown or forgotten. An order’s id has one outcome per contract. ' +
      'The same id sent again with another request has the first request’s outcome.',
    scope: 'read',
    budget: 'reads',
    status: 200,
    params: CommandParams,
    query: CommandQuery,
    response: listOf(CommandOutcomeSchema),
    refusals: ['UNKNOWN_ACCOUNT'],
  }),
};
