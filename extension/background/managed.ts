/**
 * What an administrator's enterprise policy says (chrome.storage.managed, described by assets/managed.json): the
 * Worker's address, and, if it is there, the token of an integration, as which the browser is then signed in. Who
 * signed in by hand stays signed in.
 */
import type { MeAnswer } from "../../shared/api.ts";
import type { AccountRoom } from "./account.ts";
import { readAddress, send } from "./address.ts";

export interface ManagedDeps {
  account: AccountRoom;
  fetch: typeof fetch;
  /** The managed area. It rejects where there is no policy at all in some builds of Chrome. */
  read: () => Promise<Record<string, unknown>>;
}

export function openManaged({ account, fetch: get, read }: ManagedDeps) {
  let following: Promise<void> | null = null;

  async function policy(): Promise<{ url: string | null; token: string | null }> {
    const { workerUrl, token } = await read().catch((): Record<string, unknown> => ({}));
    const address = typeof workerUrl === "string" ? readAddress(workerUrl) : null;
    return {
      url: address?.ok ? address.url : null,
      token: typeof token === "string" && token !== "" ? token : null,
    };
  }

  async function follow(): Promise<void> {
    const [{ url, token }, mine] = await Promise.all([policy(), account.current()]);
    if (mine && !mine.managed) return;
    if (url === null || token === null) {
      if (mine) await account.leave();
      return;
    }
    if (mine?.url === url && mine.token === token) return;
    const me = await send<MeAnswer>(get, `${url}/v1/me`, { token });
    if (!me.ok) return;
    await account.enter({ url, token, person: me.data.person, company: me.data.company, managed: true });
  }

  return {
    /** The address to begin with, where nobody is signed in. */
    address: async (): Promise<string | null> => (await policy()).url,
    /** Signs in, out or in anew as the policy says. What fails is tried again at the next call. */
    follow: (): Promise<void> => (following ??= follow().finally(() => (following = null))),
  };
}
