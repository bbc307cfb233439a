#!/bin/sh
# Deploys what `make package` cut. Run it as `make deploy`; runbook.md says what to prepare once.
#   STACK            the stack's name, such as mentoring
#   CODE_BUCKET      an existing private bucket of the region, for packages
#   SITE_DOMAIN      mentoring.example.org
#   CERTIFICATE_ARN  its certificate, in us-east-1
#   ALARM_EMAIL, WEB_ACL_ARN  optional
set -eu
: "${STACK:?}" "${CODE_BUCKET:?}" "${SITE_DOMAIN:?}" "${CERTIFICATE_ARN:?}"
region=ca-central-1
cd "$(dirname "$0")/../dist"
package=$(ls -t site-build-*.zip | head -n 1)

aws s3 cp --region "$region" --only-show-errors "$package" "s3://$CODE_BUCKET/$package"
aws cloudformation deploy --region "$region" --stack-name "$STACK" --template-file template.yaml \
    --s3-bucket "$CODE_BUCKET" --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
    --parameter-overrides "SiteDomain=$SITE_DOMAIN" "CertificateArn=$CERTIFICATE_ARN" \
    "CodeBucketName=$CODE_BUCKET" "CodeKey=$package" \
    "AlarmEmail=${ALARM_EMAIL:-}" "WebAclArn=${WEB_ACL_ARN:-}"
aws cloudformation describe-stacks --region "$region" --stack-name "$STACK" --output table \
    --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]'
