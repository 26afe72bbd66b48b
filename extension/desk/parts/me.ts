/** The person signed in to this browser, their company and Worker, and what their role may see. */
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Person, Role } from "../../../shared/people/api.ts";
import { ask } from "../../messages.ts";
import { api } from "../../ui/api.ts";

export interface Me {
  person: Person;
  company: string;
  /** The Worker's address, without a slash at the end. */
  workerUrl: string;
}

/** Asks the Worker. Null where this browser has not joined one. Throws ApiError. */
async function learn(): Promise<Me | null> {
  const { workerUrl } = await ask("ui.options", {});
  if (workerUrl === null) return null;
  const { person, company } = await api<Pick<Me, "person" | "company">>("GET", "/v1/me");
  return { person, company, workerUrl };
}

export const useLearnMe = () => useQuery({ queryKey: ["/v1/me"], queryFn: learn });

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe is used outside the Gate");
  return me;
}

/** agent < manager < admin; compliance beside manager. */
export const roles = ["agent", "manager", "compliance", "admin"] as const satisfies readonly Role[];

/** Whether the person has one of these roles. The Worker decides; this only spares them a refusal. */
export const useMay = (...roles: Role[]): boolean => roles.includes(useMe().person.role);
