/** A row of the chain. It holds no personal data: `commitment` is SHA-256(salt || payload). */
export interface ChainRow {
    seq: number;
    at: string;
    actor: string;
    code: string;
    subject: string;
    commitment: string;
    prev: string;
}
export interface LinkedRow extends ChainRow {
    hash: string;
}
/** With its payload as JSON; both null once it was erased. */
export interface KeptRow extends LinkedRow {
    salt: string | null;
    payload: string | null;
}
export declare const commitmentOf: (salt: string, payload: string) => string;
/** SHA-256 over the row's fields in this order, as a JSON array. */
export declare const rowHash: (r: ChainRow) => string;
export type LinkFault = "missing" | "link" | "hash" | "payload";
/** What keeps `row` from following the row `seq` with that hash; null where it follows. */
export declare function faultOf(seq: number, hash: string, row: LinkedRow & Partial<KeptRow>): LinkFault | null;
