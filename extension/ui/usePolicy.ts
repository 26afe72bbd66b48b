/**
 * The policy with changes that are not saved yet. Whoever saves second is told what the first one changed, and keeps
 * what they meant to change themselves.
 */
import { useCallback, useEffect, useState } from "react";
import type { PolicyAnswer } from "../../shared/policy/api.ts";
import { changesBetween, type PolicyChange, withClause } from "../../shared/policy/clauses.ts";
import { loosened } from "../../shared/policy/loosened.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { api, ApiError } from "./api.ts";

/** Why the last save did not happen. `moved`: somebody else saved first, and changed this. */
export type SaveFailure =
  | { kind: "moved"; by: string; theirs: PolicyChange[] }
  | { kind: "offline" }
  | { kind: "refused"; detail: string; errors: { path: string; message: string }[] };

export interface PolicyDraft {
  /** As the Worker has it; undefined until it is known. */
  saved: PolicyAnswer | undefined;
  /** With the changes that are staged. */
  policy: Policy | undefined;
  changes: PolicyChange[];
  /** Those of them that the Worker takes from an administrator alone. */
  loosened: string[];
  failure: SaveFailure | null;
  /** The reason for them, as far as it is written. */
  why: string;
  setWhy: (why: string) => void;
  set: (path: string, value: unknown) => void;
  undo: () => void;
  /** True where it was saved. */
  save: () => Promise<boolean>;
}

/** What is staged, with the version that it was staged against: a save tells what others changed since. */
interface Kept {
  saved: PolicyAnswer;
  staged: Staged;
  why: string;
}
/** Where a page that Chrome closes at any moment keeps what is staged. */
export interface DraftShelf {
  read: () => Promise<Kept | undefined>;
  write: (kept: Kept | null) => void;
}

/** Kept until the browser ends. */
export const draftShelf = (key: string): DraftShelf => ({
  read: async () => (await chrome.storage.session.get<Record<string, Kept>>(key))[key],
  write: (kept) =>
    void (kept ? chrome.storage.session.set({ [key]: kept }) : chrome.storage.session.remove(key)),
});

const read = () => api<PolicyAnswer>("GET", "/v1/policy");
type Staged = Record<string, unknown>;
const apply = (policy: Policy, staged: Staged) =>
  Object.entries(staged).reduce((at, [path, value]) => withClause(at, path, value), policy);

/**
 * `version` is the newest one that is heard of: with another one than is held, it is read again. What is staged stands
 * on the `shelf` until it is saved or undone; the shelf is always the same one.
 */
export function usePolicy(version: number | undefined, shelf?: DraftShelf): PolicyDraft {
  const [saved, setSaved] = useState<PolicyAnswer>();
  const [staged, setStaged] = useState<Staged>({});
  const [failure, setFailure] = useState<SaveFailure | null>(null);
  const [why, setWhy] = useState("");
  const [looked, setLooked] = useState(shelf === undefined);
  const dirty = Object.keys(staged).length > 0;

  useEffect(() => {
    let gone = false;
    const take = (kept: Kept | undefined) => {
      if (gone) return;
      if (kept) {
        setSaved(kept.saved);
        setStaged(kept.staged);
        setWhy(kept.why);
      }
      setLooked(true);
    };
    shelf?.read().then(take, () => take(undefined));
    return () => {
      gone = true;
    };
  }, [shelf]);
  useEffect(() => {
    if (looked) shelf?.write(saved && dirty ? { saved, staged, why } : null);
  }, [shelf, looked, saved, staged, dirty, why]);

  useEffect(() => {
    if (!looked) return;
    // While somebody has changes in hand, the ground does not move: the save will tell.
    if (saved && (dirty || version === undefined || version <= saved.version)) return;
    let gone = false;
    read().then(
      (answer) => !gone && setSaved(answer),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [version, saved, dirty, looked]);

  const set = useCallback((path: string, value: unknown) => {
    setFailure(null);
    setStaged((before) => ({ ...before, [path]: value }));
  }, []);
  const undo = useCallback(() => {
    setFailure(null);
    setStaged({});
    setWhy("");
  }, []);

  const policy = saved && apply(saved.policy, staged);
  const changes = saved && policy ? changesBetween(saved.policy, policy) : [];
  const looser = saved && policy ? loosened(saved.policy, policy) : [];

  async function save(): Promise<boolean> {
    if (!saved || !policy) return false;
    try {
      setSaved(
        await api<PolicyAnswer>(
          "PUT",
          "/v1/policy",
          { policy, why: why.trim() },
          {
            ifMatch: saved.version,
            key: crypto.randomUUID(),
          },
        ),
      );
      undo();
      return true;
    } catch (error) {
      setFailure(await explain(error, saved));
      return false;
    }
  }

  async function explain(error: unknown, before: PolicyAnswer): Promise<SaveFailure> {
    if (!(error instanceof ApiError) || !error.problem) return { kind: "offline" };
    const { code, errors = [] } = error.problem;
    if (code !== "policy-moved") return { kind: "refused", detail: error.message, errors };
    const now = await read().catch(() => null);
    if (!now) return { kind: "offline" };
    setSaved(now);
    return { kind: "moved", by: now.byName ?? "", theirs: changesBetween(before.policy, now.policy) };
  }

  return { saved, policy, changes, loosened: looser, failure, why, setWhy, set, undo, save };
}
