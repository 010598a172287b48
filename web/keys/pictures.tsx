import type { ComponentChildren } from 'preact';

/** What a provider's pages call the things that the pictures point at. Seen in 2026; the words beside say the same. */
interface Place {
  /** In the address bar. */
  host: string;
  /** In the menu. */
  menu: string;
  /** Makes a key. */
  create: string;
  /** Fields of the form that follows: their names, and what to put there. */
  fields: readonly (readonly [name: string, value: string])[];
  confirm: string;
  /** The beginning of a key. */
  start: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  anthropic: {
    host: 'platform.claude.com',
    menu: 'API keys',
    create: '+ Create key',
    fields: [
      ['Name', 'my machine'],
      ['Expiration', '1 year'],
    ],
    confirm: 'Add',
    start: 'sk-ant-api03-',
  },
  openai: {
    host: 'platform.openai.com',
    menu: 'API keys',
    create: '+ Create new secret key',
    fields: [
      ['Name', 'my machine'],
      ['Project', 'Default project'],
    ],
    confirm: 'Create secret key',
    start: 'sk-proj-',
  },
  google: {
    host: 'aistudio.google.com',
    menu: 'API keys',
    create: 'Create API key',
    fields: [
      ['Name', 'my machine'],
      ['Project', 'my project'],
    ],
    confirm: 'Create key',
    start: 'AQ.',
  },
  openrouter: {
    host: 'openrouter.ai',
    menu: 'Keys',
    create: 'Create',
    fields: [
      ['Name', 'my machine'],
      ['Credit limit', '10'],
    ],
    confirm: 'Create',
    start: 'sk-or-v1-',
  },
  groq: {
    host: 'console.groq.com',
    menu: 'API keys',
    create: 'Create API key',
    fields: [['Display name', 'my machine']],
    confirm: 'Submit',
    start: 'gsk_',
  },
};

/** The picture of a step (0 to 2) of a provider's guide, if there is one. The step itself says everything that it shows. */
export function GuidePicture({ provider, step }: { provider: string; step: number }) {
  const place = Object.hasOwn(PLACES, provider) ? PLACES[provider] : undefined;
  if (!place) return null;
  if (step === 0) return <Menu {...place} />;
  return step === 1 ? <Form {...place} /> : <Made {...place} />;
}

/** The page with the keys: where it is in the menu, and the button. */
function Menu({ host, menu, create }: Place) {
  return (
    <Window host={host}>
      <path d="M92 26v94" stroke="var(--edge)" />
      <Bar x={14} y={40} width={48} />
      <rect x={8} y={54} width={76} height={20} rx={5} fill="var(--tint)" />
      <Words x={14} y={68} isBold>
        {menu}
      </Words>
      <Bar x={14} y={86} width={56} />
      <Bar x={14} y={102} width={40} />
      <Pressed x={306} y={38} label={create} />
      <Bar x={106} y={82} width={120} />
      <Bar x={106} y={98} width={150} />
    </Window>
  );
}

/** What is asked about a new key. */
function Form({ host, fields, confirm }: Place) {
  return (
    <Window host={host}>
      {fields.map(([name, value], index) => (
        <g key={name}>
          <Words x={14 + index * 150} y={44}>
            {name}
          </Words>
          <rect
            x={14 + index * 150}
            y={51}
            width={138}
            height={24}
            rx={5}
            fill="var(--field)"
            stroke="var(--field-edge)"
          />
          <Words x={22 + index * 150} y={67} isBold>
            {value}
          </Words>
        </g>
      ))}
      <Pressed x={306} y={90} label={confirm} />
    </Window>
  );
}

/** The new key, which is shown once. */
function Made({ host, start }: Place) {
  return (
    <Window host={host} height={90}>
      <rect x={14} y={44} width={216} height={26} rx={5} fill="var(--field)" stroke="var(--field-edge)" />
      <text x={22} y={61} font-size={11} fill="var(--ink)" font-family="var(--mono)">
        {`${start}••••••••••••`}
      </text>
      <Pressed x={306} y={44} label="Copy" />
    </Window>
  );
}

function Window({
  host,
  height = 128,
  children,
}: {
  host: string;
  height?: number;
  children: ComponentChildren;
}) {
  return (
    <svg class="guide" viewBox={`0 0 320 ${height}`} aria-hidden="true">
      <rect x={0.5} y={0.5} width={319} height={height - 1} rx={9} fill="var(--card)" stroke="var(--edge)" />
      <path d="M.5 26H319.5" stroke="var(--edge)" />
      <path d="M12 13h.01M21 13h.01M30 13h.01" stroke="var(--edge)" stroke-width={6} stroke-linecap="round" />
      <rect x={44} y={6} width={264} height={14} rx={7} fill="var(--tint)" />
      <Words x={54} y={17}>
        {host}
      </Words>
      {children}
    </svg>
  );
}

/** Text that is not to be read. */
function Bar({ x, y, width }: { x: number; y: number; width: number }) {
  return <rect x={x} y={y} width={width} height={6} rx={3} fill="var(--edge)" />;
}

function Words({
  x,
  y,
  isBold = false,
  children,
}: {
  x: number;
  y: number;
  isBold?: boolean;
  children: ComponentChildren;
}) {
  return (
    <text
      x={x}
      y={y}
      font-size={11}
      font-weight={isBold ? 600 : 400}
      fill={isBold ? 'var(--ink)' : 'var(--soft)'}
    >
      {children}
    </text>
  );
}

/** The button to press, from its right edge, with a ring around it. */
function Pressed({ x, y, label }: { x: number; y: number; label: string }) {
  const width = 24 + label.length * 6;
  return (
    <g>
      <rect x={x - width} y={y} width={width} height={26} rx={6} fill="var(--accent)" />
      <rect
        x={x - width - 4}
        y={y - 4}
        width={width + 8}
        height={34}
        rx={9}
        fill="none"
        stroke="var(--accent)"
        stroke-width={1.5}
      />
      <text
        x={x - width / 2}
        y={y + 17}
        font-size={11}
        font-weight={600}
        fill="var(--on-accent)"
        text-anchor="middle"
      >
        {label}
      </text>
    </g>
  );
}
