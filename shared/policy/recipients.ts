/** Who receives data: the kinds of recipients, and what they are in law. No zod here, as our pages import it. */
export const recipientKinds = [
  "connector",
  "webhook",
  "lookup",
  "mail",
  "provider",
  "store",
  "sign-in",
  "timestamp",
  "resolver",
  "export",
] as const;
export type RecipientKind = (typeof recipientKinds)[number];

/** In law; `own`: a system of the company itself. */
export const recipientRoles = ["processor", "controller", "joint", "own"] as const;

/** The hosts of a recipient: the one that it goes by, and further ones of the same, such as where it grants tokens. */
export const hostsOf = ({
  host,
  also = [],
}: {
  host: string;
  also?: readonly string[] | undefined;
}): string[] => [host, ...also];

/** The recipient that a host is of: the one that goes by it, before one that has it as a further host. */
export const recipientAt = <One extends { kind: RecipientKind; host: string; also?: string[] | undefined }>(
  recipients: readonly One[],
  kind: RecipientKind,
  host: string,
): One | undefined => {
  const some = recipients.filter((one) => one.kind === kind);
  return some.find((one) => one.host === host) ?? some.find((one) => one.also?.includes(host));
};

/** A recipient's host for people. No host: what Cloudflare keeps and sends for the company, or what people take out. */
export const sayHost = (host: string, kind: RecipientKind): string =>
  host || (kind === "export" ? "exports" : "Cloudflare");
