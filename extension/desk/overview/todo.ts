/** One thing that needs attention, with where it is put right. */
import type { Role } from "../../../shared/people/api.ts";

export interface Todo {
  id: string;
  tone: "bad" | "warn";
  title: string;
  text: string;
  /** Who may do it; everybody who sees it unless given. Others are told whom to ask. */
  by?: readonly Role[];
  /** Where it is put right, and the link's label. */
  link: string;
  label: string;
}

/** Whose the policy is to change. */
export const byPolicy: readonly Role[] = ["manager", "admin"];
/** Who loads and sets up registers. */
export const byAdmin: readonly Role[] = ["admin"];
