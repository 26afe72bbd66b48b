/** Our button was pressed on the page of an invite's link: the first run goes on with it there, and nobody copies anything. */
import { inviteFrom, pressedInvite } from "../ui/invite.ts";

/** True where the tab shows an invite, and now the first run. Pressing our button is what lets us read the tab's address. */
export async function takeInvite(tabId: number): Promise<boolean> {
  const { url = "" } = await chrome.tabs.get(tabId).catch((): { url?: string } => ({}));
  const invite = URL.canParse(url) && new URL(url).pathname === "/join" ? inviteFrom(url) : null;
  if (!invite?.code.startsWith("cdi_") || invite.url === "") return false;
  await pressedInvite.put(invite);
  await chrome.tabs.update(tabId, { url: chrome.runtime.getURL("tabs/welcome.html") });
  return true;
}
