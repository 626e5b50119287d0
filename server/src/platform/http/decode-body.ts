import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { HttpProblem } from './problem.ts';

/** What a sender may write into Content-Encoding. */
export const TAKEN_ENCODINGS = 'gzip, deflate, br';

const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);
const undeflate = promisify(inflate);
const undeflateRaw = promisify(inflateRaw);

/**
 * The content of a body that was compressed on its way. Reads no further than `most` bytes, so that a small body cannot
 * become a large one. Throws 413 `body_too_large`, 400 `bad_compression`, 415 `content_encoding_not_supported`.
 */
export async function decodeBody(body: Buffer, encoding: string, most: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  try {
    return await decode(body, name, most);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(most) : broken(name);
  }
}

async function decode(body: Buffer, name: string, most: number): Promise<Buffer> {
  const options = { maxOutputLength: most };
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return unzip(body, options);
    case 'br':
      return unbrotli(body, options);
    case 'deflate':
      // Some senders leave out the zlib header; its first byte tells.
      return ((body[0] ?? 0) & 0x0f) === 8 ? undeflate(body, options) : undeflateRaw(body, options);
    default:
      throw new HttpProblem({
        status: 415,
        code: 'content_encoding_not_supported',
        detail: `The content encoding "${name.slice(0, 40)}" is not taken. Send the body as it is, or with one of ${TAKEN_ENCODINGS}.`,
        headers: { 'accept-encoding': TAKEN_ENCODINGS },
      });
  }
}

function tooLarge(most: number): HttpProblem {
  return new HttpProblem({
    status: 413,
    code: 'body_too_large',
    detail: `A body has at most ${most >> 20} MB, also when it is unpacked. Send less at once; a batch can be split anywhere.`,
  });
}

function broken(name: string): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'bad_compression',
    detail: `The body is not what its header Content-Encoding: ${name} says: it cannot be unpacked.`,
  });
}
