const ESC = 0x1b;
const CAN = 0x18;
const SUB = 0x1a;
const BEL = 0x07;
/** No sign-in needs a control string longer than this. */
const LONGEST = 16 * 1024;

type State = 'text' | 'escape' | 'string' | 'string escape' | 'dropping' | 'dropping escape' | 'c1';

/**
 * Sits in front of the emulator and drops endless control strings (OSC, DCS, APC, PM, SOS): the emulator
 * would keep up to 10 MB of each. One that grows too long is cancelled (CAN) as a whole, never passed
 * on in part: half a hyperlink is a wrong hyperlink.
 */
export class ControlStrings {
  #state: State = 'text';
  #osc = false;
  #length = 0;

  /** The bytes to hand on; the same array when nothing has to be dropped. */
  filter(bytes: Uint8Array): Uint8Array {
    let kept: number[] | undefined;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] as number;
      const before = this.#state;
      this.#next(byte);
      const dropped = this.#state.startsWith('dropping') || before.startsWith('dropping');
      if (dropped && kept === undefined) kept = Array.from(bytes.subarray(0, index));
      if (kept === undefined) continue;
      if (!dropped) kept.push(byte);
      else if (before.startsWith('string')) kept.push(CAN);
      // What ended the dropped string by starting something else belongs to that.
      else if (before === 'dropping escape' && this.#state !== 'dropping' && byte !== 0x5c)
        kept.push(ESC, byte);
    }
    return kept === undefined ? bytes : Uint8Array.from(kept);
  }

  #next(byte: number): void {
    switch (this.#state) {
      case 'text':
        if (byte === ESC) this.#state = 'escape';
        else if (byte === 0xc2) this.#state = 'c1';
        return;
      case 'c1':
        // U+0080 to U+009F are the same controls in one character, two bytes in UTF-8.
        this.#open(byte - 0x40, byte);
        return;
      case 'escape':
        this.#open(byte, byte);
        return;
      case 'string':
      case 'dropping':
        this.#inString(byte);
        return;
      case 'string escape':
      case 'dropping escape':
        this.#state = 'text';
        if (byte !== 0x5c) this.#open(byte, byte);
        return;
    }
  }

  #open(introducer: number, byte: number): void {
    const opens = 'P]^_X'.includes(String.fromCharCode(introducer));
    this.#osc = introducer === 0x5d;
    this.#length = 0;
    if (opens) this.#state = 'string';
    else this.#state = byte === ESC ? 'escape' : 'text';
  }

  #inString(byte: number): void {
    const dropping = this.#state === 'dropping';
    if (byte === ESC) this.#state = dropping ? 'dropping escape' : 'string escape';
    else if (byte === CAN || byte === SUB || (byte === BEL && this.#osc)) this.#state = 'text';
    else {
      this.#length += 1;
      if (this.#length > LONGEST) this.#state = 'dropping';
    }
  }
}
