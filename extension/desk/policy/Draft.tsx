/** The policy's staged changes, of each person by themselves. They stay over a reload and until the browser ends. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { DRAFT, mayChangePolicy } from "../../ui/our-pages.ts";
import { draftStorage, type PolicyDraft, usePolicy } from "../../ui/usePolicy.ts";
import { useApi } from "../parts/api.ts";
import { useMe } from "../parts/me.ts";

const DraftContext = createContext<PolicyDraft | null>(null);

export function PolicyDraftHolder({ children }: { children: ReactNode }) {
  const heard = useApi<PolicyAnswer>("/v1/policy");
  const { person, workerUrl } = useMe();
  const key = mayChangePolicy(person.role) ? `${DRAFT}desk:${workerUrl}:${person.id}` : null;
  const storage = useMemo(() => (key === null ? undefined : draftStorage(key)), [key]);
  const draft = usePolicy(heard.data?.version, person.role, storage);
  return <DraftContext value={draft}>{children}</DraftContext>;
}

export function usePolicyDraft(): PolicyDraft {
  const draft = useContext(DraftContext);
  if (!draft) throw new Error("usePolicyDraft is used outside PolicyDraftHolder");
  return draft;
}
