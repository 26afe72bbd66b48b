/** The sources of registers' files: an SFTP server, an HTTPS address, or a folder. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Sftp from "ssh2-sftp-client";
import { fill } from "../../../shared/texts/language.ts";
import { syncEn } from "../../../shared/texts/cli/sync.en.ts";
import { Refusal } from "../client.ts";
import { fromFile, type Input } from "./file.ts";
import { secret, type Source, wordsOf } from "./sync-config.ts";
import { type Entry, namesOn } from "./sync-plan.ts";
import { pauseAfter } from "../../../shared/core/retry.ts";
import { DAY } from "../../../shared/core/time.ts";

export interface Opened {
  list: () => Promise<Entry[]>;
  /** Read as a stream: no copy of a register is left on the disk. */
  input: (entry: Entry) => Promise<Input>;
  close: () => Promise<void>;
}

const TRIES = 3;
const FIRST_PAUSE_MS = 1_000;
const CONNECT_MS = 20_000;
const STALLED_MS = 120_000;
/** An HTTPS address cannot be listed: files of the last so many days are asked for by name. */
const DAYS_BACK = 31;

/** `patterns`: the file names to look for. Throws a Refusal if the source cannot be reached. */
export function openSource(source: Source, patterns: string[], now: number): Promise<Opened> {
  if (source.kind === "sftp") return openSftp(source);
  return Promise.resolve(
    source.kind === "https" ? openHttps(source, patterns, now) : openFolder(source.path),
  );
}

const unreachable = (where: string, error: unknown) =>
  new Refusal("no-source", fill(syncEn.noSource, { where, why: wordsOf(error) }));

function openFolder(path: string): Opened {
  return {
    list: async () => {
      const names = await readdir(path).catch((error: unknown) => {
        throw unreachable(path, error);
      });
      const stats = await Promise.all(
        names.map(async (name) => ({ name, at: await stat(join(path, name)) })),
      );
      return stats
        .filter(({ at }) => at.isFile())
        .map(({ name, at }) => ({ name, size: at.size, modified: at.mtimeMs }));
    },
    input: ({ name }) => fromFile(join(path, name)),
    close: () => Promise.resolve(),
  };
}

function openHttps(source: Extract<Source, { kind: "https" }>, patterns: string[], now: number): Opened {
  const headers = source.authorizationEnv ? { authorization: secret(source.authorizationEnv) } : undefined;
  const days = Array.from({ length: DAYS_BACK + 2 }, (_, i) =>
    // From tomorrow: in other time zones the day begins before it does in UTC.
    new Date(now + (1 - i) * DAY).toISOString().slice(0, 10),
  );
  const ask = async (name: string, method: "GET" | "HEAD"): Promise<Response> => {
    const url = new URL(encodeURIComponent(name), source.url);
    for (let attempt = 1; ; attempt++) {
      try {
        const signal = AbortSignal.timeout(method === "HEAD" ? CONNECT_MS : 10 * STALLED_MS);
        const answer = await fetch(url, { method, signal, ...(headers && { headers }) });
        if (answer.status < 500 || attempt === TRIES) return answer;
      } catch (error) {
        if (attempt === TRIES) throw unreachable(source.url, error);
      }
      await wait(pauseAfter(attempt, FIRST_PAUSE_MS, CONNECT_MS));
    }
  };
  return {
    list: async () => {
      const entries: Entry[] = [];
      for (const name of patterns.flatMap((pattern) => namesOn(pattern, days))) {
        const answer = await ask(name, "HEAD");
        if (answer.status === 404) continue;
        if (!answer.ok)
          throw new Refusal("no-source", fill(syncEn.status, { file: name, status: answer.status }));
        const size = answer.headers.get("content-encoding") ? null : answer.headers.get("content-length");
        const modified = Date.parse(answer.headers.get("last-modified") ?? "");
        entries.push({
          name,
          size: size === null ? null : Number(size),
          modified: Number.isNaN(modified) ? null : modified,
        });
      }
      return entries;
    },
    input: ({ name, size }) =>
      Promise.resolve({
        name,
        size,
        open: async () => {
          const answer = await ask(name, "GET");
          if (!answer.ok || !answer.body)
            throw new Refusal("no-source", fill(syncEn.status, { file: name, status: answer.status }));
          return answer.body;
        },
      }),
    close: () => Promise.resolve(),
  };
}

async function openSftp(source: Extract<Source, { kind: "sftp" }>): Promise<Opened> {
  const { host, port, user, folder, hostKey, passwordEnv, keyFile, passphraseEnv } = source;
  const where = `sftp://${host}:${port}`;
  const sftp = new Sftp("cleardial");
  let shown = "";
  const options: Sftp.ConnectOptions = {
    host,
    port,
    username: user,
    readyTimeout: CONNECT_MS,
    keepaliveInterval: CONNECT_MS,
    keepaliveCountMax: STALLED_MS / CONNECT_MS,
    // Checked before a password or key is sent.
    hostVerifier: (key: Buffer) => {
      shown = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
      return shown === hostKey;
    },
    ...(passwordEnv && { password: secret(passwordEnv) }),
    ...(keyFile && { privateKey: await readFile(keyFile) }),
    ...(passphraseEnv && { passphrase: secret(passphraseEnv) }),
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await sftp.connect(options);
      break;
    } catch (error) {
      if (shown !== "" && shown !== hostKey)
        throw new Refusal("host-key", fill(syncEn.hostKey, { where, key: shown }));
      if (attempt === TRIES || wordsOf(error).includes("authentication")) throw unreachable(where, error);
      await wait(pauseAfter(attempt, FIRST_PAUSE_MS, CONNECT_MS));
    }
  }
  return {
    list: async () => {
      const files = await sftp.list(folder).catch((error: unknown) => {
        throw unreachable(`${where}/${folder}`, error);
      });
      return files
        .filter((file) => file.type === "-")
        .map(({ name, size, modifyTime }) => ({ name, size, modified: modifyTime }));
    },
    input: ({ name, size }) =>
      Promise.resolve({
        name,
        size,
        open: () => sftp.createReadStream(`${folder}/${name}`) as unknown as AsyncIterable<Buffer>,
      }),
    close: async () => void (await sftp.end()),
  };
}
