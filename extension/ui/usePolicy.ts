/**
 * The policy with unsaved changes. If someone else saves first, the save tells what they changed and keeps this person's
 * own changes.
 */
import { useCallback, useEffect, useState } from "react";
import type { Role } from "../../shared/people/api.ts";
import type { PolicyAnswer, PolicySaved } from "../../shared/policy/api.ts";
import { changesBetween, type PolicyChange, withClause } from "../../shared/policy/clauses.ts";
import { approvers, loosened } from "../../shared/policy/loosened.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { type Second, waitOf } from "../../shared/policy/second.ts";
import { api, ApiError } from "./api.ts";

/** Why the last save did not happen. `moved`: somebody else saved first, and changed this. */
export type SaveFailure =
  | { kind: "moved"; by: string; theirs: PolicyChange[] }
  | { kind: "offline" }
  | { kind: "refused"; detail: string; errors: { path: string; message: string }[] };

export interface PolicyDraft {
  /** The Worker's policy; undefined until it is loaded. */
  saved: PolicyAnswer | undefined;
  /** The same with the unsaved changes. */
  policy: Policy | undefined;
  changes: PolicyChange[];
  /** Those of the changes that a save only proposes: a second person approves them. */
  waiting: PolicyChange[];
  /** Nobody else could approve them: they count after 24 hours. */
  alone: boolean;
  /** Those that loosen and count at once, as it is the day of set-up. */
  atOnce: PolicyChange[];
  failure: SaveFailure | null;
  /** The reason for the changes, as typed so far. */
  why: string;
  setWhy: (why: string) => void;
  set: (path: string, value: unknown) => void;
  undo: () => void;
  /** What was saved, and what was proposed; null if neither was. */
  save: () => Promise<PolicySaved | null>;
}

/** Unsaved changes, with the policy that they were made to, so that a save can tell what others changed since. */
interface Kept {
  saved: PolicyAnswer;
  staged: Staged;
  why: string;
}
/** Where the popup, which Chrome may close at any moment, keeps unsaved changes. */
export interface DraftStorage {
  read: () => Promise<Kept | undefined>;
  write: (kept: Kept | null) => void;
}

/** In session storage, until the browser ends. */
export const draftStorage = (key: string): DraftStorage => ({
  read: async () => (await chrome.storage.session.get<Record<string, Kept>>(key))[key],
  write: (kept) =>
    void (kept ? chrome.storage.session.set({ [key]: kept }) : chrome.storage.session.remove(key)),
});

const read = () => api<PolicyAnswer>("GET", "/v1/policy");
type Staged = Record<string, unknown>;
const apply = (policy: Policy, staged: Staged) =>
  Object.entries(staged).reduce((at, [path, value]) => withClause(at, path, value), policy);

/**
 * `version`: the newest version known; the policy is read again when it is newer than the loaded one. `role`: of the
 * person who changes it. `storage` keeps unsaved changes until they are saved or undone; it must be the same object at
 * every call.
 */
export function usePolicy(
  version: number | undefined,
  role: Role | undefined,
  storage?: DraftStorage,
): PolicyDraft {
  const [saved, setSaved] = useState<PolicyAnswer>();
  const [staged, setStaged] = useState<Staged>({});
  const [failure, setFailure] = useState<SaveFailure | null>(null);
  const [why, setWhy] = useState("");
  const [looked, setLooked] = useState(storage === undefined);
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
    storage?.read().then(take, () => take(undefined));
    return () => {
      gone = true;
    };
  }, [storage]);
  useEffect(() => {
    if (looked) storage?.write(saved && dirty ? { saved, staged, why } : null);
  }, [storage, looked, saved, staged, dirty, why]);

  useEffect(() => {
    if (!looked) return;
    // Do not reload under unsaved changes: the save tells what others changed.
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
  const looser = saved && policy && role ? loosened(saved.policy, policy, role) : [];
  // An older Worker does not say who else there is.
  const second: Second = saved?.second ?? { others: ["admin"], setUpDay: false };
  const wait = role ? waitOf(approvers(looser.map(({ path }) => path)), role, second) : "person";
  const [waiting, atOnce] = wait === "none" ? [[], looser] : [looser, []];

  async function save(): Promise<PolicySaved | null> {
    if (!saved || !policy) return null;
    try {
      const now = await api<PolicySaved>(
        "PUT",
        "/v1/policy",
        { policy, why: why.trim() },
        { ifMatch: saved.version, key: crypto.randomUUID() },
      );
      setSaved(now);
      undo();
      return now;
    } catch (error) {
      setFailure(await explain(error, saved));
      return null;
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

  const alone = wait === "day";
  return { saved, policy, changes, waiting, alone, atOnce, failure, why, setWhy, set, undo, save };
}
