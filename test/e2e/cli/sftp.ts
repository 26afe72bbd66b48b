/**
 * An SFTP server over a folder, for one user with one key: OpenSSH's where it is available (sshd.ts), else the one in
 * the package `ssh2`. Both speak the real protocol.
 */
import { createHash } from "node:crypto";
import { open, type FileHandle, readdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import ssh2 from "ssh2";
import { freePort } from "../../../scripts/lib/ports.ts";
import { startOpenSsh } from "./sshd.ts";

export interface SftpServer {
  kind: "openssh" | "ssh2";
  port: number;
  user: string;
  hostKey: string;
  /** The user's private keys, as files; the second one needs PASSPHRASE. */
  keyFile: string;
  lockedKeyFile: string;
  close: () => Promise<void>;
}

const { utils } = ssh2;
const USER = "register";
export const PASSPHRASE = "a long phrase";
const { OPEN_MODE, STATUS_CODE } = utils.sftp;

/** `dir` is for keys and configuration, `folder` is served. Every user of the machine must be able to read both. */
export async function startSftp(dir: string, folder: string): Promise<SftpServer> {
  const host = newKeys();
  const own = newKeys();
  const locked = newKeys({ passphrase: PASSPHRASE, cipher: "aes256-ctr", rounds: 16 });
  const keyFile = join(dir, "user_key");
  const lockedKeyFile = join(dir, "locked_key");
  await writeFile(keyFile, own.private, { mode: 0o600 });
  await writeFile(lockedKeyFile, locked.private, { mode: 0o600 });
  const keys = { host: host.private, users: [own.public, locked.public] };
  const server = (await startOpenSsh(dir, keys)) ?? (await packaged(keys, folder));
  return { hostKey: fingerprintOf(host.public), keyFile, lockedKeyFile, ...server };
}

/** A server that takes a password and no key. OpenSSH's would need an account on the machine for that. */
export async function startSftpWithPassword(folder: string, password: string) {
  const host = newKeys();
  const server = await packaged({ host: host.private, users: [] }, folder, password);
  return { hostKey: fingerprintOf(host.public), ...server };
}

/**
 * Draws again where the key's first byte is zero, one time in 256: ssh2 1.17.0 leaves that byte out, and the key that
 * it writes cannot be read (https://github.com/mscdex/ssh2/issues/1390).
 */
function newKeys(lock?: { passphrase: string; cipher: string; rounds: number }) {
  const keys = () =>
    lock ? utils.generateKeyPairSync("ed25519", lock) : utils.generateKeyPairSync("ed25519");
  let drawn = keys();
  while (utils.parseKey(drawn.public) instanceof Error) drawn = keys();
  return drawn;
}

/** The fingerprint as an administrator writes it: SHA256:… */
function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(" ")[1]!, "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

async function packaged(keys: { host: string; users: string[] }, folder: string, password?: string) {
  const port = await freePort();
  const allowed = keys.users.map((key) => {
    const parsed = utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    return parsed;
  });
  const server = new ssh2.Server({ hostKeys: [keys.host] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      if (context.username !== USER) return context.reject([]);
      if (context.method === "password" && password !== undefined)
        return context.password === password ? context.accept() : context.reject(["password"]);
      if (context.method !== "publickey")
        return context.reject([password === undefined ? "publickey" : "password"]);
      const key = allowed.find((known) => context.key.data.equals(known.getPublicSSH()));
      const signed =
        !context.signature || key?.verify(context.blob!, context.signature, context.hashAlgo) === true;
      return key && signed ? context.accept() : context.reject();
    });
    client.on("session", (accept) => accept().on("sftp", (acceptSftp) => serve(acceptSftp(), folder)));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { kind: "ssh2" as const, port, user: USER, close };
}

type Handle = { names: string[] | null } | { file: FileHandle };

/** Read only: lists folders and reads files. A relative path begins in the folder, as in a user's home. */
function serve(sftp: ssh2.SFTPWrapper, folder: string): void {
  const handles = new Map<number, Handle>();
  let last = 0;
  const keep = (handle: Handle): Buffer => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(++last);
    handles.set(last, handle);
    return id;
  };
  const path = (name: string) => resolve(folder, name);
  const attributes = async (name: string) => {
    const { mode, uid, gid, size, atimeMs, mtimeMs } = await stat(path(name));
    return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
  };
  const answer = (id: number, work: () => Promise<void>) =>
    void work().catch(() => sftp.status(id, STATUS_CODE.NO_SUCH_FILE));

  sftp.on("REALPATH", (id, name) =>
    sftp.name(id, [{ filename: path(name), longname: "", attrs: {} as ssh2.Attributes }]),
  );
  for (const event of ["STAT", "LSTAT"] as const)
    sftp.on(event, (id: number, name: string) =>
      answer(id, async () => sftp.attrs(id, await attributes(name))),
    );
  sftp.on("OPENDIR", (id, name) =>
    answer(id, async () =>
      sftp.handle(id, keep({ names: (await readdir(path(name))).map((n) => join(path(name), n)) })),
    ),
  );
  sftp.on("READDIR", (id, raw) =>
    answer(id, async () => {
      const handle = handles.get(raw.readUInt32BE(0));
      if (!handle || !("names" in handle) || handle.names === null) return sftp.status(id, STATUS_CODE.EOF);
      const { names } = handle;
      handle.names = null;
      const files = await Promise.all(
        names.map(async (name) => {
          const attrs = await attributes(name);
          const filename = name.slice(name.lastIndexOf("/") + 1);
          return { filename, longname: `-rw-r--r-- 1 x x ${attrs.size} Nov 20 12:00 ${filename}`, attrs };
        }),
      );
      sftp.name(id, files);
    }),
  );
  sftp.on("OPEN", (id, name, flags) =>
    answer(id, async () => {
      if (flags & OPEN_MODE.WRITE) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      sftp.handle(id, keep({ file: await open(path(name), "r") }));
    }),
  );
  sftp.on("FSTAT", (id, raw) =>
    answer(id, async () => {
      const handle = handles.get(raw.readUInt32BE(0));
      if (!handle || !("file" in handle)) throw new Error("no file");
      const { mode, uid, gid, size, atimeMs, mtimeMs } = await handle.file.stat();
      sftp.attrs(id, {
        mode,
        uid,
        gid,
        size,
        atime: Math.floor(atimeMs / 1000),
        mtime: Math.floor(mtimeMs / 1000),
      });
    }),
  );
  sftp.on("READ", (id, raw, offset, length) =>
    answer(id, async () => {
      const handle = handles.get(raw.readUInt32BE(0));
      if (!handle || !("file" in handle)) throw new Error("no file");
      const { bytesRead, buffer } = await handle.file.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) return sftp.status(id, STATUS_CODE.EOF);
      sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on("CLOSE", (id, raw) =>
    answer(id, async () => {
      const handle = handles.get(raw.readUInt32BE(0));
      handles.delete(raw.readUInt32BE(0));
      if (handle && "file" in handle) await handle.file.close();
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
}
