/**
 * Refreshes the account from `GET /v1/me`, at most every ten minutes: the person's role or the company's name may have
 * changed. If the answer says that the token is old, rotates it, unnoticed by the person.
 */
import type { MeAnswer } from "../../../shared/people/api.ts";
import type { AccountStore } from "./account.ts";
import type { WorkerClient } from "../worker-client.ts";
import type { CachedStorage } from "../storage.ts";

const KEY = "me";
const FRESH_MS = 10 * 60_000;

interface RefreshDeps {
  worker: WorkerClient;
  account: AccountStore;
  storage: CachedStorage;
  now: () => number;
}

export function openRefresh({ worker, account, storage, now }: RefreshDeps) {
  let learning: Promise<void> | null = null;

  async function learn(): Promise<void> {
    const last = storage.get<number>(KEY);
    if (last !== undefined && now() - last < FRESH_MS) return;
    const before = await account.current();
    const { data } = await worker.call<MeAnswer>("GET", "/v1/me");
    if (!(await account.learn(before?.token ?? "", data.person, data.company))) return;
    storage.set(KEY, now());
    if (data.rotate) await rotate();
  }

  /** If this answer is lost, the old token works for another week, and the Worker asks for a rotation at its next use. */
  async function rotate(): Promise<void> {
    const before = await account.current();
    if (!before) return;
    const { data } = await worker.call<{ token: string }>("POST", "/v1/tokens/rotate");
    await account.renew(before.token, data.token);
  }

  return {
    /** One at a time: of two rotations only the second token would be valid. */
    learn: (): Promise<void> => (learning ??= learn().finally(() => (learning = null))),
    reset: () => storage.remove(KEY),
  };
}
