import { encodeQR } from 'qr';

/** Modules that stay white around it (ISO/IEC 18004). */
const QUIET = 4;

/** A text as a QR code, dark on light in either theme: many cameras read no other. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
  return (
    <svg
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      width="240"
      height="240"
      role="img"
      aria-label={label}
      style={{ display: 'block', maxWidth: '100%', margin: '0 auto 1rem', borderRadius: '0.75rem' }}
    >
      <rect width={rows.length} height={rows.length} fill="#fff" />
      <path d={pathOf(rows)} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}

/** Every dark run of a row as a bar. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  const bars: string[] = [];
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      const from = x;
      while (row[x]) x += 1;
      if (x > from) bars.push(`M${from} ${y}h${x - from}v1H${from}z`);
    }
  }
  return bars.join('');
}
