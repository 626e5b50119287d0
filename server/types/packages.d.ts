// Packages that come without types: only what is used of them is said here.

declare module 'cli-progress' {
  interface BarOptions {
    readonly format: string;
    readonly barCompleteChar: string;
    readonly barIncompleteChar: string;
    readonly hideCursor: boolean;
    readonly stream: NodeJS.WritableStream;
  }
  class SingleBar {
    constructor(options: BarOptions);
    start(total: number, value: number, payload: object): void;
    update(value: number, payload: object): void;
    stop(): void;
  }
  const cliProgress: { readonly SingleBar: typeof SingleBar };
  export default cliProgress;
}

declare module 'ssh2' {
  import type { EventEmitter } from 'node:events';
  import type { Readable, Writable } from 'node:stream';

  export interface ConnectConfig {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password?: string;
    readonly privateKey?: string;
    readonly readyTimeout: number;
    readonly keepaliveInterval: number;
    readonly hostVerifier: (key: Buffer) => boolean;
  }
  export interface Attributes {
    readonly size: number;
    /** Seconds since the epoch. */
    readonly mtime: number;
    isFile(): boolean;
  }
  export interface Entry {
    readonly filename: string;
    readonly attrs: Attributes;
  }
  type Done<T = undefined> = (error: Error | null | undefined, value: T) => void;
  export interface Sftp extends EventEmitter {
    readdir(path: string, done: Done<Entry[]>): void;
    stat(path: string, done: Done<Attributes>): void;
    mkdir(path: string, done: Done): void;
    rename(from: string, to: string, done: Done): void;
    unlink(path: string, done: Done): void;
    createReadStream(path: string): Readable;
    createWriteStream(path: string): Writable;
  }
  export class Client extends EventEmitter {
    connect(config: ConnectConfig): this;
    sftp(done: Done<Sftp>): void;
    end(): this;
  }
  const ssh2: { readonly Client: typeof Client; readonly Server: unknown; readonly utils: unknown };
  export default ssh2;
}
