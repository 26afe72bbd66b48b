/** The changes of the policy that are not saved yet. They stay while one looks at other pages of the desk. */
import { createContext, type ReactNode, useContext, useEffect } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { type PolicyDraft, usePolicy } from "../../ui/usePolicy.ts";
import { useApi } from "../parts/api.ts";

const DraftContext = createContext<PolicyDraft | null>(null);

export function DraftHolder({ children }: { children: ReactNode }) {
  const heard = useApi<PolicyAnswer>("/v1/policy");
  const draft = usePolicy(heard.data?.version);
  const dirty = draft.changes.length > 0;
  useEffect(() => {
    if (!dirty) return;
    // The tab is about to be closed, or loaded anew: Chrome asks.
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [dirty]);
  return <DraftContext value={draft}>{children}</DraftContext>;
}

export function useDraft(): PolicyDraft {
  const draft = useContext(DraftContext);
  if (!draft) throw new Error("No draft of the policy is held");
  return draft;
}
