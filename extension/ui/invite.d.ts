/** Invites as links: the Worker's own (`https://worker.example/join#code=…`), or our options page's hash. */
export interface Invite {
    /** Empty where the link does not name the Worker. */
    url: string;
    code: string;
}
/** The invite in a link or a hash (`#url=…&code=…`); null where there is none, as in a bare address or code. */
export declare function inviteFrom(text: string): Invite | null;
