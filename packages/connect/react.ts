import {
  type ButtonHTMLAttributes,
  createElement,
  type MouseEventHandler,
  type ReactElement,
  useCallback,
  useRef,
  useState,
} from 'react';
import { type Connected, type Connecting, type ConnectOptions, type Exited, open } from './index.ts';

export interface Connect {
  /** Opens the window; brings it to the front if there is one. Call it in a click's handler. */
  open(): Promise<Connected | Exited>;
  /** Closes it. */
  close(): void;
  /** There is a window, and no outcome yet. */
  isOpen: boolean;
}

/** `open` of `@keyferry/connect` for a component, one window at a time. */
export function useConnect(options: ConnectOptions): Connect {
  const latest = useRef(options);
  latest.current = options;
  const under = useRef<Connecting | undefined>(undefined);
  const [isOpen, setOpen] = useState(false);

  const start = useCallback((): Promise<Connected | Exited> => {
    if (under.current) {
      under.current.focus();
      return under.current;
    }
    const { connectUrl, keepOpen } = latest.current;
    setOpen(true);
    const connecting = open({
      connectUrl,
      keepOpen,
      onConnected: (connected) => latest.current.onConnected?.(connected),
      onExit: (reason, exited) => latest.current.onExit?.(reason, exited),
      onEvent: (event) => latest.current.onEvent?.(event),
    });
    under.current = connecting;
    void connecting.then(() => {
      under.current = undefined;
      setOpen(false);
    });
    return connecting;
  }, []);
  const close = useCallback(() => under.current?.close(), []);
  return { open: start, close, isOpen };
}

export interface ConnectButtonProps
  extends ConnectOptions,
    Omit<ButtonHTMLAttributes<HTMLButtonElement>, keyof ConnectOptions> {}

/** A button that opens the window; it looks as your page has it. */
export function ConnectButton(props: ConnectButtonProps): ReactElement {
  const { connectUrl, onConnected, onExit, onEvent, keepOpen, onClick, ...rest } = props;
  const { open, isOpen } = useConnect({ connectUrl, onConnected, onExit, onEvent, keepOpen });
  const click: MouseEventHandler<HTMLButtonElement> = (event) => {
    onClick?.(event);
    if (!event.defaultPrevented) void open();
  };
  return createElement('button', {
    type: 'button',
    'aria-busy': isOpen,
    ...rest,
    onClick: click,
  });
}
