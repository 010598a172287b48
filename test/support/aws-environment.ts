/** Variables that give the AWS client these credentials and keep it off this machine's own and off the network. */
export function awsEnvironment(credentials?: {
  accessKeyId: string;
  secretAccessKey: string;
}): Record<string, string> {
  return {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }),
  };
}
