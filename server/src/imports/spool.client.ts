import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** Bytes that are read at once; two or three of them are in memory. */
const BLOCK_BYTES = 1 << 20;
/** Below so much free room nothing more is taken: the database needs the rest. */
const SPARE_BYTES = 1 << 30;
/** A compressed file may grow so many times; more is an attack or a mistake. */
const MOST_GROWTH = 1_000;

/** The disk is nearly full. */
export class NoRoom extends Error {
  constructor() {
    super('the disk of the data folder is nearly full');
    this.name = 'NoRoom';
  }
}

/** A compressed file that cannot be decompressed, with what to do. */
export class UnreadableFile extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'UnreadableFile';
  }
}

/** A whole file in the data folder. */
export interface SpooledFile {
  /** Bytes as they came. */
  readonly received: number;
  /** Bytes after decompression. */
  readonly size: number;
  /** Of the bytes after decompression, hex: the same file is known again, however it was packed. */
  readonly sha256: string;
}

/** Keeps the bytes of files in the data folder while they are imported. */
export interface Spool {
  /** Names this data folder: only processes that have it can read what lies in it. */
  readonly place: string;
  /** Adds bytes at an offset and answers with the bytes that are there then. What was there behind the offset is replaced. Throws NoRoom. */
  append(id: string, bytes: AsyncIterable<Uint8Array>, offset: number): Promise<number>;
  /** Bytes that are there of an upload that is not whole. */
  received(id: string): Promise<number>;
  /** Decompresses where needed and makes it readable. Throws UnreadableFile and NoRoom. */
  complete(id: string): Promise<SpooledFile>;
  /** The first bytes of a whole file. */
  head(id: string, bytes: number): Promise<Buffer>;
  /** The bytes of a whole file from an offset on, in blocks. */
  blocks(id: string, offset: number): AsyncIterable<Buffer>;
  /** True when the whole file is there. */
  has(id: string): Promise<boolean>;
  erase(id: string): Promise<void>;
  /** The imports of which bytes are there. */
  list(): Promise<string[]>;
}

/** Opens the folder `imports` of a data folder, and makes it on first use. */
export async function openSpool(dataFolder: string): Promise<Spool> {
  const folder = join(dataFolder, 'imports');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await readPlace(folder);
  const partOf = (id: string): string => join(folder, `${id}.part`);
  const wholeOf = (id: string): string => join(folder, `${id}.file`);
  return {
    place,
    append: (id, bytes, offset) => appendTo(folder, partOf(id), bytes, offset),
    received: (id) => sizeOf(partOf(id)),
    complete: (id) => completeFile(folder, partOf(id), wholeOf(id)),
    head: (id, bytes) => readHead(wholeOf(id), bytes),
    blocks: (id, offset) => readBlocks(wholeOf(id), offset),
    has: async (id) => (await stat(wholeOf(id)).catch(() => undefined)) !== undefined,
    async erase(id) {
      for (const file of [partOf(id), wholeOf(id), `${wholeOf(id)}.new`]) await rm(file, { force: true });
    },
    async list() {
      const names = await readdir(folder);
      return [...new Set(names.flatMap((name) => /^([0-9a-f-]{36})\./.exec(name)?.[1] ?? []))];
    },
  };
}

/** A name that this folder keeps, whichever machine has it mounted. */
async function readPlace(folder: string): Promise<string> {
  const file = join(folder, 'place');
  try {
    // Whoever comes first writes it; the others read what is there.
    await writeFile(file, randomUUID(), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  for (let attempt = 0; ; attempt += 1) {
    const text = (await readFile(file, 'utf8')).trim();
    if (text !== '' || attempt === 50) return text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function appendTo(
  folder: string,
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  offset: number,
): Promise<number> {
  await refuseFullDisk(folder);
  const handle = await open(file, offset === 0 ? 'w' : 'r+');
  try {
    let at = offset;
    let checked = at;
    for await (const piece of bytes) {
      await handle.write(piece, 0, piece.length, at);
      at += piece.length;
      if (at - checked < 64 << 20) continue;
      await refuseFullDisk(folder);
      checked = at;
    }
    await handle.sync();
    return at;
  } finally {
    await handle.close();
  }
}

async function refuseFullDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < SPARE_BYTES) throw new NoRoom();
}

async function completeFile(folder: string, part: string, whole: string): Promise<SpooledFile> {
  const received = await sizeOf(part);
  const head = received === 0 ? Buffer.alloc(0) : await readHead(part, 2);
  if (head[0] === 0x1f && head[1] === 0x8b) await unpack(folder, part, `${whole}.new`, received);
  else if (received > 0) await rename(part, `${whole}.new`);
  else await writeFile(`${whole}.new`, '');
  const hash = createHash('sha256');
  let size = 0;
  for await (const block of readBlocks(`${whole}.new`, 0)) {
    hash.update(block);
    size += block.length;
  }
  await syncAndRename(folder, `${whole}.new`, whole);
  await rm(part, { force: true });
  return { received, size, sha256: hash.digest('hex') };
}

async function unpack(folder: string, from: string, to: string, received: number): Promise<void> {
  const most = Math.max(received * MOST_GROWTH, 64 << 20);
  const watched = async function* (blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    let checked = 0;
    for await (const block of blocks) {
      size += block.length;
      if (size > most)
        throw new UnreadableFile(
          `The file grows more than ${MOST_GROWTH} times when it is unpacked. Upload it unpacked.`,
        );
      if (size - checked >= 64 << 20) {
        await refuseFullDisk(folder);
        checked = size;
      }
      yield block;
    }
  };
  try {
    const packed = createReadStream(from, { highWaterMark: BLOCK_BYTES });
    await pipeline(packed, createGunzip(), watched, createWriteStream(to));
  } catch (error) {
    if (!((error as NodeJS.ErrnoException).code ?? '').startsWith('Z_')) throw error;
    throw new UnreadableFile(
      'The file begins like gzip and cannot be unpacked to its end. Upload it again; it may have been cut off.',
    );
  }
}

async function syncAndRename(folder: string, from: string, to: string): Promise<void> {
  const handle = await open(from, 'r');
  await handle.sync();
  await handle.close();
  await rename(from, to);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

async function readHead(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* readBlocks(file: string, offset: number): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    for (let at = offset; ;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
