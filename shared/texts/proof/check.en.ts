/** What `cleardial verify FILE` says of a proof. English (UK). */
import { counted } from "../language.ts";

export const verifyProofEn = {
  holds: "holds: {text}",
  fails: "FAILS: {text}",
  about: {
    number: "A proof about {number}, {from} to {to}, made {at} UTC by {by} for {company}.",
    company: "A proof about the company, {from} to {to}, made {at} UTC by {by} for {company}.",
  },
  unnamed: "a company that names itself nowhere",
  notAProof: "{file} is not a proof that ClearDial made, or it was made by a newer version.",
  notAKey: "{file} holds no Ed25519 public key (JWK or PEM), no head of the trail and no thumbprint.",
  all: "Everything that is in the document holds.",
  some: "Do not rely on it.",
  form: {
    holds: "The file is byte for byte in the form in which ClearDial writes it.",
    fails: "The file is not in the form in which ClearDial writes it: it was changed or written anew.",
  },
  digest: {
    holds: "Its content has the SHA-256 that it names, {sha256}; a printed page names the same.",
    fails: "Its content was changed: it has another SHA-256 than the one that it names.",
  },
  signature: {
    own: "It is signed by the key that you gave ({key}).",
    stated:
      "It is signed by the key that stands in it ({key}). Compare this thumbprint with the one that you had from elsewhere, or give the key with --key.",
    none: "It is unsigned: nothing in it shows who made it, and whoever changed it could have made it anew.",
    wrong:
      "Its signature is not that of the key that stands in it: it was changed, or made by somebody else.",
    other: "It is not signed by the key that you gave.",
  },
  rows: {
    holds: "Each of the rows of the audit trail that it quotes has the hash that its fields give.",
    hash: "row {seq} has another hash than its fields give",
    commitment: "row {seq} says something else than it was committed to",
    order: "row {seq} is out of order, or stands there twice",
    quoted: counted("It quotes {n} row of the trail", "It quotes {n} rows of the trail"),
    committed: counted("{n} with what it says", "{n} with what they say"),
    withheld: counted("{n} whose content names others too", "{n} whose content names others too"),
    erased: counted("{n} whose content was erased", "{n} whose content was erased"),
  },
  links: {
    holds: "Each of them leads, hash by hash, to a head of the trail.",
    some: "{linked} lead, hash by hash, to a head of the trail; of {unlinked} the way is not in the document: compare them with an export of the trail.",
    none: "It quotes no row of the trail.",
    broken: "the rows from {first} on do not lead to the head that is named after them (row {seq})",
    elsewhere: "row {seq} is not the one that stands in its place in the trail",
    missing: "row {seq} leads to no head",
    order: "the ways to the heads overlap",
  },
  heads: {
    holds: "Those heads are these:",
    newest: "row {seq}, the newest when the proof was made, vouched for by its signature alone",
    signed: "the head of {day} (row {seq}), signed by {key}",
    unsigned: "the head of {day} (row {seq}), unsigned",
    unknown: "the head of {day} (row {seq}), signed by {key}: give this key with --key to check it",
    wrong: "the head of {day} (row {seq}) does not bear the signature that it should",
    line: "the head of {day} does not say what its signed line says",
    kept: "Whoever kept the head of a day (they leave by mail) can compare it.",
  },
  facts: {
    holds: "What it says happened is in order of time and agrees with those rows.",
    order: "the facts are not in order of time",
    missing: "row {seq} is named, and not quoted",
    other: "row {seq} says something else of {name} than the document does",
    stranger: "row {seq} is about another number",
    bare: counted(
      "Of {n} fact no row was found on the trail.",
      "Of {n} facts no row was found on the trail.",
    ),
  },
};
