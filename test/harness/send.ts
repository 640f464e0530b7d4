import { request } from 'node:http';
import type { Answer } from './gateway.js';
import { noteAnswer, noteRequest } from './leaks.js';

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends only these headers, `host` and the length of the body, unlike fetch, which adds `accept` and others. */
export function send(url: string, { method = 'POST', headers = {}, body }: Init = {}): Promise<Answer> {
  noteRequest(Object.entries(headers), body?.toString());
  return new Promise((resolve, reject) => {
    const message = request(url, { method, headers, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      const { statusCode: status = 0, headers: fields } = response;
      const isJson = /json\b/.test(fields['content-type'] ?? '') && text !== '';
      const answer = {
        status,
        headers: new Headers(Object.entries(fields).map(([name, value]) => [name, String(value)])),
        body: isJson ? JSON.parse(text) : text,
      };
      noteAnswer(new URL(url).pathname, answer);
      resolve(answer);
    });
    message.once('error', reject);
    if (body === undefined) {
      message.removeHeader('content-length');
      message.removeHeader('transfer-encoding');
    }
    message.end(body);
  });
}
