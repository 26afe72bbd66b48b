/** Invites from a file: nobody gets more than the file was meant to give, or loses what they have. */
import { expect, it } from "vitest";
import type { Person, Role } from "../../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../../shared/texts/people/desk.en.ts";
import { planInvites, readInvites } from "../../../../extension/desk/people/invite-file.ts";

const words = deskPeopleEn.many.wrong;
const person = (email: string, role: Role, active = true): Person => ({
  id: email,
  kind: "person",
  name: email,
  email,
  role,
  scopes: null,
  active,
  createdAt: "2026-11-01T09:00:00.000Z",
  lastSeenAt: null,
});
const plan = (csv: string, usual: Role = "agent", people: Person[] = []) =>
  planInvites(readInvites(csv), usual, people).map(({ email, role, wrong }) => [email, wrong ?? role]);

it("a role above agent counts only in a column that is headed Role", () => {
  expect(plan("Ada,ada@x.example,Manager\nBo,bo@x.example,agent\nCy,cy@x.example,\n")).toEqual([
    ["ada@x.example", words.heading],
    ["bo@x.example", "agent"],
    ["cy@x.example", "agent"],
  ]);
  // What somebody is in another system is no role here.
  expect(plan("Name,E-mail,As\nAda,ada@x.example,Administrator\n")).toEqual([["ada@x.example", "agent"]]);
  expect(plan("E-mail,ROLE\nada@x.example,compliance officer\nbo@x.example,Team lead\n")).toEqual([
    ["ada@x.example", "compliance"],
    ["bo@x.example", words.role],
  ]);
  // Chosen by the person for all lines that say none.
  expect(plan("Ada,ada@x.example\n", "manager")).toEqual([["ada@x.example", "manager"]]);
});

it("who is here keeps their role, and who was here gets nothing, however their address is written", () => {
  const people = [person("Ada@x.example", "admin"), person("bo@x.example", "agent", false)];
  expect(plan("E-mail,Role\nada@X.example,\nBO@x.example,agent\ncy@x.example,\n", "agent", people)).toEqual([
    ["ada@X.example", words.there],
    ["BO@x.example", words.left],
    ["cy@x.example", "agent"],
  ]);
});

it("an address that is in the file twice is invited once, as its first line says", () => {
  expect(plan("E-mail,Role\nada@x.example,agent\nADA@x.example,admin\nnobody,agent\n")).toEqual([
    ["ada@x.example", "agent"],
    ["ADA@x.example", words.twice],
    ["nobody", words.email],
  ]);
});
