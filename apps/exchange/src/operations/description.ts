// The API's description as an OpenAPI document.

import { Controller, Res } from '@nestjs/common';
import { openApiDocument } from '@tokenbourse/protocol';
import type { ApiReply } from '../http/api-request';
import { Endpoint } from '../http/endpoint';

export const VERSION = '0.1.0';

@Controller()
export class DescriptionController {
  private readonly document = JSON.stringify(openApiDocument(VERSION));

  @Endpoint('getOpenApi')
  openApi(@Res() reply: ApiReply) {
    return reply.type('application/json').send(this.document);
  }
}
