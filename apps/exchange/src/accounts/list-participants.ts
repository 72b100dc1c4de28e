// Use case: list participants.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { participantAnswer } from '../answers/accounts';
import { list, pageRequest } from '../answers/page';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listParticipants'>>;

export class ListParticipants extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'listParticipants'>>) {
    super();
  }
}

@QueryHandler(ListParticipants)
export class ListParticipantsHandler implements IQueryHandler<ListParticipants> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query }: ListParticipants): Promise<Result> {
    return list(await this.models.participants(pageRequest(query)), participantAnswer);
  }
}
