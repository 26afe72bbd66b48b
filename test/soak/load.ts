/**
 * Kills a Worker while many write. Acknowledged writes are there afterwards, once. Others are there wholly or not at all,
 * and the same request under the same idempotency key completes them.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditAnswer, VerifyAnswer } from "../../shared/trail/api.ts";
import type { DialsAnswer } from "../../shared/dials/api.ts";
import type { SuppressionsAnswer } from "../../shared/do-not-call/api.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import { client } from "../../worker/cli/client.ts";
import { random } from "../bench/lists-files.ts";

const WRITERS = 8;
/** A kill happens within this many milliseconds of writing. */
const SPAN = 1500;

interface Write {
  path: string;
  body: object;
  key: string;
  number: string;
  acknowledged: boolean;
}

export interface Killed {
  kills: number;
  written: number;
  /** `cut`: writes without an answer at a kill. `done`: the ones among them that were done anyway. */
  cut: number;
  done: number;
}

export class UnderLoad {
  readonly #dir = mkdtempSync(join(tmpdir(), "cleardial-load-"));
  readonly #next: () => number;
  readonly #writes: Write[] = [];
  #worker!: RunningWorker;
  #port = 0;
  #token = "";
  #running = true;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  async begin(): Promise<void> {
    this.#port = await freePort();
    await this.#start();
    this.#token = await setUp(this.#worker.url, "load", { name: "Load", email: "load@example.com" });
  }

  async end(): Promise<void> {
    await this.#worker.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async kill(kills: number): Promise<Killed> {
    const killed: Killed = { kills, written: 0, cut: 0, done: 0 };
    for (let round = 0; round < kills; round++) {
      const from = this.#writes.length;
      this.#running = true;
      const writers = Array.from({ length: WRITERS }, () => this.#write());
      await new Promise((done) => setTimeout(done, this.#next() * SPAN));
      await this.#worker.kill();
      this.#running = false;
      await Promise.all(writers);
      await this.#start();

      const written = this.#writes.slice(from);
      const before = await this.#kept();
      for (const { number, acknowledged } of written)
        if (acknowledged) assert.equal(before.get(number), 1, `${number} was acknowledged`);
      const cut = written.filter(({ acknowledged }) => !acknowledged);
      killed.cut += cut.length;
      killed.done += cut.filter(({ number }) => before.has(number)).length;
      await Promise.all(cut.map(({ path, body, key }) => this.#ask("POST", path, body, key)));
      const after = await this.#kept();
      for (const { number } of written) assert.equal(after.get(number), 1, `${number}, and once more`);
      killed.written += written.length;
      await this.#whole();
    }
    return killed;
  }

  async #start(): Promise<void> {
    const stateDir = join(this.#dir, "state");
    this.#worker = await startWorker({ port: this.#port, stateDir, setupCode: "load" });
  }

  /** Writes until the Worker is gone: each write has a number of its own, and half of them are dials. */
  async #write(): Promise<void> {
    while (this.#running) {
      const nth = this.#writes.length;
      const number = `+44${1_134_960_000 + nth}`;
      const at = new Date().toISOString();
      const dial = {
        number,
        e164: number,
        action: "held",
        verdict: "blocked",
        seen: null,
        host: "crm.example",
        at,
      };
      const write: Write =
        nth % 2 === 0
          ? { path: "/v1/dials", body: dial, key: randomUUID(), number, acknowledged: false }
          : {
              ...{ path: "/v1/suppressions", key: randomUUID(), number, acknowledged: false },
              body: { number, reason: "asked" },
            };
      this.#writes.push(write);
      const answer = await fetch(this.#worker.url + write.path, {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
          "idempotency-key": write.key,
        },
        body: JSON.stringify(write.body),
      })
        // A truncated answer does not count.
        .then(async (got) => (await got.json(), got.status))
        .catch(() => null);
      if (answer === null) return;
      assert.equal(answer, 201);
      write.acknowledged = true;
    }
  }

  /** How often each of the last written numbers is stored. */
  async #kept(): Promise<Map<string, number>> {
    const kept = new Map<string, number>();
    const add = (number: string | null) => number !== null && kept.set(number, (kept.get(number) ?? 0) + 1);
    for (let after = "", page = 0; page < 3; page++) {
      const { dials, next } = await this.#ask<DialsAnswer>("GET", `/v1/dials?limit=500${after}`);
      for (const { number } of dials) add(number);
      if (next === null) break;
      after = `&after=${encodeURIComponent(next)}`;
    }
    for (let after = "", page = 0; page < 6; page++) {
      const path = `/v1/suppressions?limit=200${after}`;
      const { suppressions, next } = await this.#ask<SuppressionsAnswer>("GET", path);
      for (const { number } of suppressions) add(number);
      if (next === null) break;
      after = `&after=${encodeURIComponent(next)}`;
    }
    return kept;
  }

  /** The trail verifies, and has one row for each write. */
  async #whole(): Promise<void> {
    const { ok } = await this.#ask<VerifyAnswer>("GET", "/v1/audit/verify");
    assert.ok(ok);
    const { rows } = await this.#ask<AuditAnswer>("GET", "/v1/audit?code=suppression.added&limit=500");
    const subjects = rows.map(({ subject }) => subject);
    assert.equal(new Set(subjects).size, subjects.length, "an entry twice in the trail");
  }

  #ask<T>(method: string, path: string, body?: unknown, key: string = randomUUID()): Promise<T> {
    return client(this.#worker.url, this.#token, 60_000)<T>(method, path, body, key);
  }
}
