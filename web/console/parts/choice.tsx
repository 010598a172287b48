interface ChoiceParts {
  name: string;
  words: Readonly<Record<string, string>>;
  value: string;
  onChosen: (value: string) => void;
}

/** One of several words that can be chosen. */
export function Choice({ name, words, value, onChosen }: ChoiceParts) {
  return (
    <label>
      {name}
      <select value={value} onChange={({ currentTarget }) => onChosen(currentTarget.value)}>
        {Object.entries(words).map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
