import { parseUtf8 } from '../../../kernel/json.ts';
import { rawText, readRawJson } from './raw-json.ts';
import type { RawValue } from './raw-json.ts';

/** A body in which a signature or an id stands is small; reading a larger one for strangers would be work for nothing. */
const MAX_BYTES = 1 << 20;

/** Fields of a body, form or JSON, read when first asked. */
export interface BodyFields {
  /** Text of a field; undefined when there is none, or the body cannot be read. */
  text(path: string): string | undefined;
  /** The JSON document; undefined when it is none. */
  json(): RawValue | undefined;
}

/** `query`: raw; its parameters are the fields of a request without a body. */
export function bodyFieldsOf(body: Uint8Array, contentType: string, query = ''): BodyFields {
  let text: string | undefined | null = null;
  let json: RawValue | undefined | null = null;
  let form: URLSearchParams | undefined;
  const read = (): string | undefined => {
    if (text !== null) return text;
    const parsed = body.length > MAX_BYTES ? undefined : parseUtf8(body);
    text = parsed?.ok === true ? parsed.value : undefined;
    return text;
  };
  const document = (): RawValue | undefined => {
    if (json !== null) return json;
    const own = read();
    json = own === undefined ? undefined : readRawJson(own);
    return json;
  };
  const isForm = /x-www-form-urlencoded/i.test(contentType);
  return {
    json: document,
    text(path) {
      if (isForm || body.length === 0) {
        form ??= new URLSearchParams(body.length === 0 ? query : (read() ?? ''));
        return form.get(path) ?? undefined;
      }
      const own = document();
      return own === undefined ? undefined : rawText(own, path);
    },
  };
}
