/** A CSV file of people to invite: name, e-mail and perhaps role, in any order under headings, or in this one without. */
import type { Role } from "../../../shared/people/api.ts";
import { wholeCsv } from "../../../shared/screening/csv.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";

export interface InviteLine {
  /** In the file, from 1. */
  line: number;
  name: string;
  email: string;
  /** Empty where the file says none. */
  role: string;
}

const headings = {
  name: /^(name|full name|display name)$/i,
  email: /^(e-?mail|e-?mail address|mail|user principal name|upn)$/i,
  role: /^(role|as)$/i,
};

/** The lines that are not empty. Throws BrokenTable. */
export function readInvites(csv: string): InviteLine[] {
  const rows = wholeCsv(csv).map((cells, i) => ({ line: i + 1, cells: cells.map((cell) => cell.trim()) }));
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const first = filled[0]?.cells ?? [];
  const at = (name: keyof typeof headings) => first.findIndex((cell) => headings[name].test(cell));
  const headed = at("email") !== -1;
  const places = headed
    ? { name: at("name"), email: at("email"), role: at("role") }
    : { name: 0, email: 1, role: 2 };
  return filled.slice(headed ? 1 : 0).map(({ line, cells }) => ({
    line,
    name: cells[places.name] ?? "",
    email: cells[places.email] ?? "",
    role: cells[places.role] ?? "",
  }));
}

const roles = Object.entries(rolesEn) as [Role, string][];

/** What is sent for a line, or why it cannot be. */
export function inviteOf({ name, email, role }: InviteLine, usual: Role) {
  const words = deskPeopleEn.many.wrong;
  const said = role.toLowerCase();
  const known = roles.find(([id, label]) => id === said || label.toLowerCase() === said)?.[0];
  if (role !== "" && known === undefined) return words.role;
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return words.email;
  return { name: name || email, email, role: known ?? usual };
}
