/** The policy's staged changes. They stay while the person visits other pages of the desk. */
import { createContext, type ReactNode, useContext, useEffect } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { type PolicyDraft, usePolicy } from "../../ui/usePolicy.ts";
import { useApi } from "../parts/api.ts";
import { useMe } from "../parts/me.ts";

const DraftContext = createContext<PolicyDraft | null>(null);

export function PolicyDraftHolder({ children }: { children: ReactNode }) {
  const heard = useApi<PolicyAnswer>("/v1/policy");
  const draft = usePolicy(heard.data?.version, useMe().person.role);
  const dirty = draft.changes.length > 0;
  useEffect(() => {
    if (!dirty) return;
    // Chrome asks before it closes or reloads the tab.
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [dirty]);
  return <DraftContext value={draft}>{children}</DraftContext>;
}

export function usePolicyDraft(): PolicyDraft {
  const draft = useContext(DraftContext);
  if (!draft) throw new Error("usePolicyDraft is used outside PolicyDraftHolder");
  return draft;
}
