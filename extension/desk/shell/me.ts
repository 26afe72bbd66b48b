/** Who is signed in here, and where. */
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

/** What the Worker says now; null where this browser is joined to none. Throws ApiError. */
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
  if (!me) throw new Error("Nobody is signed in");
  return me;
}

export const useMay = (...roles: Role[]): boolean => roles.includes(useMe().person.role);
