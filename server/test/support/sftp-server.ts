// A real SFTP server on loopback, serving a folder: the protocol's server side of the package that the product uses as a client.
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

export interface TestSftpServer {
  readonly port: number;
  /** As ssh-keygen -lf shows it. */
  readonly hostKey: string;
  close(): Promise<void>;
}

// The package says nothing of its server in types that we have.
type Loose = ReturnType<typeof JSON.parse>;

/** Starts it on a free port. Lets in this user with this password, or with this public key. */
export async function startSftpServer(options: {
  folder: string;
  user: string;
  password: string;
  publicKey?: string;
}): Promise<TestSftpServer> {
  const { Server, utils } = ssh2 as Loose;
  const { private: hostKey } = utils.generateKeyPairSync('ed25519');
  const { createHash } = await import('node:crypto');
  const shown = utils.parseKey(hostKey).getPublicSSH() as Buffer;
  const clients = new Set<Loose>();
  const server = new Server({ hostKeys: [hostKey] }, (client: Loose) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    client.on('authentication', (ctx: Loose) => {
      if (ctx.username !== options.user) return ctx.reject(['password', 'publickey']);
      if (ctx.method === 'password' && ctx.password === options.password) return ctx.accept();
      if (ctx.method === 'publickey' && options.publicKey !== undefined) {
        const allowed = utils.parseKey(options.publicKey);
        const isKnown =
          ctx.key.algo === allowed.type && Buffer.compare(ctx.key.data, allowed.getPublicSSH()) === 0;
        if (
          isKnown &&
          (ctx.signature === undefined || allowed.verify(ctx.blob, ctx.signature, ctx.hashAlgo) === true)
        )
          return ctx.accept();
      }
      return ctx.reject(['password', 'publickey']);
    });
    client.on('session', (accept: Loose) => {
      accept().on('sftp', (acceptSftp: Loose) => serve(acceptSftp(), options.folder, utils.sftp));
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
  return {
    port,
    hostKey: `SHA256:${createHash('sha256').update(shown).digest('base64').replace(/=+$/, '')}`,
    async close() {
      for (const client of clients) client.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(sftp: Loose, root: string, words: Loose): void {
  const { STATUS_CODE: code, OPEN_MODE: mode } = words;
  const at = (path: string): string => join(root, path);
  const files = new Map<string, number | { entries: string[]; folder: string }>();
  let last = 0;
  const handleOf = (value: number | { entries: string[]; folder: string }): Buffer => {
    last += 1;
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(last);
    files.set(handle.toString('hex'), value);
    return handle;
  };
  const get = (handle: Buffer): Loose => files.get(handle.toString('hex'));
  const attrs = (found: Stats): object => ({
    mode: (found.isDirectory() ? constants.S_IFDIR : constants.S_IFREG) | 0o644,
    uid: 0,
    gid: 0,
    size: found.size,
    atime: Math.floor(found.atimeMs / 1000),
    mtime: Math.floor(found.mtimeMs / 1000),
  });
  const safely = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      sftp.status(id, (error as NodeJS.ErrnoException).code === 'ENOENT' ? code.NO_SUCH_FILE : code.FAILURE);
    }
  };
  sftp.on('OPENDIR', (id: number, path: string) =>
    safely(id, () => sftp.handle(id, handleOf({ entries: readdirSync(at(path)), folder: at(path) }))),
  );
  sftp.on('READDIR', (id: number, handle: Buffer) =>
    safely(id, () => {
      const open = get(handle);
      const names = open.entries.splice(0, 50);
      if (names.length === 0) return sftp.status(id, code.EOF);
      return sftp.name(
        id,
        names.map((filename: string) => ({
          filename,
          longname: filename,
          attrs: attrs(statSync(join(open.folder, filename))),
        })),
      );
    }),
  );
  sftp.on('OPEN', (id: number, path: string, flags: number) =>
    safely(id, () => sftp.handle(id, handleOf(openSync(at(path), (flags & mode.WRITE) === 0 ? 'r' : 'w')))),
  );
  sftp.on('READ', (id: number, handle: Buffer, offset: number, length: number) =>
    safely(id, () => {
      const buffer = Buffer.alloc(Math.min(length, 1 << 15));
      const read = readSync(get(handle), buffer, 0, buffer.length, offset);
      return read === 0 ? sftp.status(id, code.EOF) : sftp.data(id, buffer.subarray(0, read));
    }),
  );
  sftp.on('WRITE', (id: number, handle: Buffer, offset: number, data: Buffer) =>
    safely(id, () => {
      writeSync(get(handle), data, 0, data.length, offset);
      sftp.status(id, code.OK);
    }),
  );
  sftp.on('CLOSE', (id: number, handle: Buffer) => {
    const open = get(handle);
    if (typeof open === 'number') closeSync(open);
    files.delete(handle.toString('hex'));
    sftp.status(id, code.OK);
  });
  for (const name of ['STAT', 'LSTAT'])
    sftp.on(name, (id: number, path: string) => safely(id, () => sftp.attrs(id, attrs(statSync(at(path))))));
  sftp.on('FSTAT', (id: number, handle: Buffer) =>
    safely(id, () => sftp.attrs(id, attrs(fstatSync(get(handle))))),
  );
  sftp.on('FSETSTAT', (id: number) => sftp.status(id, code.OK));
  const plain: readonly (readonly [string, (...paths: string[]) => void])[] = [
    ['MKDIR', (path = '') => mkdirSync(at(path))],
    ['REMOVE', (path = '') => unlinkSync(at(path))],
  ];
  for (const [name, work] of plain)
    sftp.on(name, (id: number, path: string) =>
      safely(id, () => {
        work(path);
        sftp.status(id, code.OK);
      }),
    );
  sftp.on('RENAME', (id: number, from: string, to: string) =>
    safely(id, () => {
      renameSync(at(from), at(to));
      sftp.status(id, code.OK);
    }),
  );
}
