//! Chooses credentials. Nothing is sent.

use cloudfn::authing::{self, Brand};
use cloudfn::functiongraph::{self, AccessKey, Password, Token};

fn main() -> Result<(), cloudfn::Error> {
    // From the environment or ~/.huaweicloud/credentials, like the official SDKs.
    if let Err(error) = functiongraph::Client::from_env() {
        println!("not from the environment: {error}");
    }

    // An access key signs every request. A temporary key also has a security token.
    let key = AccessKey::new("an access key", "its secret key").security_token("a token");
    let client = functiongraph::Client::builder().region("cn-north-4").credentials(key).build()?;
    println!("{client:?}");

    // The password of an IAM user is exchanged for tokens, which are kept and renewed.
    let password = Password::new("an account", "a user", "a password")
        .endpoint("https://iam.cn-north-4.myhuaweicloud.com");
    functiongraph::Client::builder()
        .region("cn-north-4")
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(password)
        .build()?;

    // A token that you already have.
    let token = Token::new("an IAM token");
    functiongraph::Client::builder().region("cn-north-4").credentials(token).build()?;

    // The access key of a user pool is exchanged for management tokens, at Authing or GenAuth.
    let key = authing::AccessKey::new("an access key ID", "its secret");
    authing::Client::builder().credentials(key).build()?;
    let key = authing::AccessKey::new("an access key ID", "its secret");
    authing::Client::builder().brand(Brand::GenAuth).language("en-US").credentials(key).build()?;
    Ok(())
}
