/** Invites as links: from the Worker (`https://worker.example/join#code=…`), or in our options page's hash. */
export interface Invite {
  /** Empty if the link does not name the Worker. */
  url: string;
  code: string;
}

/** The invite in a link or a hash (`#url=…&code=…`); null if there is none, as in a bare address or code. */
export function inviteFrom(text: string): Invite | null {
  const [before = "", hash] = text.trim().split("#", 2);
  const fields = new URLSearchParams(hash ?? "");
  const code = fields.get("code")?.trim() ?? "";
  const named = fields.get("url")?.trim() ?? "";
  if (code === "" && named === "") return null;
  const isWeb = /^https?:\/\//i.test(before) && URL.canParse(before);
  return { url: named || (isWeb ? new URL(before).origin : ""), code };
}

const PRESSED = "pressed-invite";
/**
 * The invite on whose page a person pressed our button, until the first run takes it. Not in that page's address, which the
 * history keeps and other extensions may open: nobody joins by it but through the press.
 */
export const pressedInvite = {
  put: (invite: Invite) => chrome.storage.session.set({ [PRESSED]: invite }),
  async take(): Promise<Invite | null> {
    const { [PRESSED]: invite } = await chrome.storage.session.get<Record<string, Invite>>(PRESSED);
    await chrome.storage.session.remove(PRESSED);
    return invite ?? null;
  },
};
