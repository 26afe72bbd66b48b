/**
 * The desk's address. Path and filters are both in the URL's hash: `#/audit?code=policy.`. wouter's own hash location puts
 * the query before the hash, so that a link to `#/people` would keep the previous page's filters. A number is not in the address, which
 * Chrome keeps in its history: it is in the state of the tab's entry, where back, forward and a reload find it.
 */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useSearch } from "wouter";
import { type Held, openDeskAt, takeHanded, withoutPersonal } from "../../desk-address.ts";

const heldNow = (): Held => (history.state as { held?: Held } | null)?.held ?? {};
/** The hash alone. */
const written = () => {
  const [path = "", search = ""] = location.hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  return { path: `/${path}`, search };
};
/** With what the address does not have. */
const parts = () => {
  const { path, search } = written();
  const held = Object.entries(heldNow());
  if (held.length === 0) return { path, search };
  const query = new URLSearchParams(search);
  for (const [name, value] of held) query.set(name, value);
  return { path, search: query.toString() };
};

export const pathNow = (): string => written().path;

let navigated = false;
addEventListener("hashchange", () => (navigated = true));
/** False until the first navigation. */
export const hasNavigated = () => navigated;

// `popstate` alone tells of entries that differ in their state only.
const changes = ["hashchange", "popstate"] as const;
function subscribe(changed: () => void): () => void {
  for (const name of changes) addEventListener(name, changed);
  return () => {
    for (const name of changes) removeEventListener(name, changed);
  };
}

interface GoOptions {
  /** Replaces the current entry of the history, so that the back button skips it. */
  replace?: boolean;
}

/** Navigates to `/people/ID` or `/audit?code=policy.`. */
export function go(to: string, { replace = false }: GoOptions = {}): void {
  const before = location.href;
  const { search } = parts();
  const { address, held } = withoutPersonal(to);
  history[replace ? "replaceState" : "pushState"]({ held }, "", `#${address}`);
  if (location.href !== before || parts().search !== search)
    dispatchEvent(new HashChangeEvent("hashchange", { oldURL: before, newURL: location.href }));
}

/** The same page by another address: no navigation. */
function readdress(to: string): void {
  const before = navigated;
  go(to, { replace: true });
  navigated = before;
}

/** Takes a number out of an address that somebody typed, and in what was handed to this tab. */
function tidy(): void {
  const { path, search } = written();
  const query = new URLSearchParams(search);
  const handed = query.get("handed");
  if (handed === null) {
    const to = withQuery(path, Object.fromEntries(query));
    if (withoutPersonal(to).address !== to) readdress(to);
    return;
  }
  query.delete("handed");
  void takeHanded(handed).then((held) =>
    readdress(withQuery(path, { ...Object.fromEntries(query), ...held })),
  );
}
tidy();
addEventListener("hashchange", tidy);

/** A link's address may have a number: then the page opens without it in the tab's history, or in a new tab's. */
function follow(event: MouseEvent): void {
  const link =
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
  const to = link?.getAttribute("href")?.slice(1) ?? "";
  if (event.defaultPrevented || event.button > 1 || withoutPersonal(to).address === to) return;
  event.preventDefault();
  const { button, ctrlKey, metaKey, shiftKey } = event;
  if (button === 0 && !(ctrlKey || metaKey || shiftKey)) go(to);
  else void openDeskAt(to, { active: shiftKey });
}
addEventListener("click", follow);
addEventListener("auxclick", follow);

/** `hook` of wouter's Router. */
export const useHashPath = (): [string, typeof go] => [
  useSyncExternalStore(subscribe, () => parts().path),
  go,
];
useHashPath.hrefs = (href: string) => `#${href}`;
/** `searchHook` of wouter's Router. */
export const useHashSearch = () => useSyncExternalStore(subscribe, () => parts().search);

/** An `href` to a page of the desk. Leaves out empty values. */
export const linkTo = (path: string, query: Record<string, string> = {}) => `#${withQuery(path, query)}`;

/** Path and query as one string: `/v1/audit?code=policy.`. Leaves out empty values. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** Filters in the address: their values ("" where not set), and a setter that changes some and keeps the rest of the query. */
export function useFilters<K extends string>(
  ...names: K[]
): [values: Record<K, string>, set: (patch: Partial<Record<K, string>>, options?: GoOptions) => void] {
  const search = useSearch();
  const list = names.join(",");
  const values = useMemo(() => {
    const query = new URLSearchParams(search);
    return Object.fromEntries(list.split(",").map((name) => [name, query.get(name) ?? ""])) as Record<
      K,
      string
    >;
  }, [search, list]);
  const set = useCallback((patch: Partial<Record<K, string>>, options?: GoOptions) => {
    const now = parts();
    const query = {
      ...Object.fromEntries(new URLSearchParams(now.search)),
      ...(patch as Record<string, string>),
    };
    go(withQuery(now.path, query), options);
  }, []);
  return [values, set];
}
