// Globals that pages, Workers and Node 24 all have, and that TypeScript's ES2024 library does not declare.
declare function atob(data: string): string;
declare function btoa(data: string): string;
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
