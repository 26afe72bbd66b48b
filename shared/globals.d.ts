// The globals that every runtime of the kernel has (pages, Workers, Node 24), and that ES2024 does not declare.
declare function atob(data: string): string;
declare function btoa(data: string): string;
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
